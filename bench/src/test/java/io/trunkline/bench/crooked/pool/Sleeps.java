package io.trunkline.bench.crooked.pool;

final class Sleeps {
  void nap() throws InterruptedException {
    Thread.sleep(1);
  }
}
