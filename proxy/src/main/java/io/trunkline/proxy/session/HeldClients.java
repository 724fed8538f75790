package io.trunkline.proxy.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/// How many clients wait for a member to go to, over all loops, and how many may. Touched when one
/// begins to wait and when it stops. Thread-safe.
public final class HeldClients {
  private final IntSupplier max;
  private final AtomicInteger held = new AtomicInteger();

  /// @param max how many may wait at once
  public HeldClients(IntSupplier max) {
    this.max = max;
  }

  /// How many wait.
  public int count() {
    return held.get();
  }

  int max() {
    return max.getAsInt();
  }

  /// Counts one more; false, and not counted, when there are as many as may be.
  boolean tryEnter() {
    while (true) {
      int now = held.get();
      if (now >= max()) {
        return false;
      }
      if (held.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void leave(int count) {
    held.addAndGet(-count);
  }
}
