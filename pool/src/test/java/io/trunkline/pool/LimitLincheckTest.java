package io.trunkline.pool;

import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/// A limit counts for all loops at once: never one too many, and none refused for nothing.
public class LimitLincheckTest {
  private final Limit limit = new Limit("database d", 2);

  @Operation
  public boolean tryAcquire() {
    return limit.tryAcquire();
  }

  @Operation
  public void release() {
    limit.release();
  }

  @Operation
  public int open() {
    return limit.open();
  }

  @Test
  void limit_anyInterleaving_isLinearizable() {
    Interleavings.check(LimitLincheckTest.class);
  }
}
