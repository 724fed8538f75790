package io.trunkline.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// How many places are taken, of a number that may change. Whoever takes one says how many there
/// may be. Thread-safe.
final class Places {
  private final AtomicInteger taken = new AtomicInteger();

  /// How many are still to be given back since there may be fewer.
  private final AtomicInteger surplus = new AtomicInteger();

  int taken() {
    return taken.get();
  }

  /// Takes one more; false, with nothing taken, when `max` are.
  boolean take(int max) {
    while (true) {
      int now = taken.get();
      if (now >= max) {
        return false;
      }
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void giveBack() {
    taken.decrementAndGet();
  }

  /// From now on there are so many.
  void become(int max) {
    surplus.set(Math.max(0, taken.get() - max));
  }

  /// Whether one that is taken must be given back, which is then up to the caller: several who ask
  /// at once do not give back more than it takes.
  boolean mustGiveBack(int max) {
    return surplus.get() > 0
        && taken.get() > max
        && surplus.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }
}
