package io.trunkline.bench.crooked.pool;

final class SynchronizedMethod {
  private int count;

  synchronized int next() {
    return ++count;
  }
}
