package io.trunkline.bench.crooked.pool;

final class AsksTheClock {
  long now() {
    return System.nanoTime();
  }
}
