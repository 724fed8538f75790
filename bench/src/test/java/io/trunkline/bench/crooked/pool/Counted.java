package io.trunkline.bench.crooked.pool;

public final class Counted {
  public int count() {
    return 0;
  }
}
