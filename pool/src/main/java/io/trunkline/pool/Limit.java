package io.trunkline.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A bound on server connections that several pools share: those of one database, one user or one
/// member. Touched when a connection opens or closes, never on the road. Thread-safe.
final class Limit {
  private final String what;
  private final int max;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<ServerPool> pools = ConcurrentHashMap.newKeySet();

  /// @param max 0 for no bound
  Limit(String what, int max) {
    this.what = what;
    this.max = max;
  }

  void join(ServerPool pool) {
    pools.add(pool);
  }

  boolean tryAcquire() {
    while (true) {
      int now = open.get();
      if (max > 0 && now >= max) {
        return false;
      }
      if (open.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void release() {
    open.decrementAndGet();
  }

  /// A connection under this limit has closed: other pools may have been waiting for that.
  void wakeOthers(ServerPool closer) {
    if (max == 0) {
      return;
    }
    for (ServerPool pool : pools) {
      if (pool != closer) {
        pool.relieveWaiters();
      }
    }
  }

  /// Asks another pool to close an idle connection, so that `starved` may open one.
  void evictFor(ServerPool starved) {
    for (ServerPool pool : pools) {
      if (pool != starved && pool.evictIdle()) {
        return;
      }
    }
  }

  int open() {
    return open.get();
  }

  @Override
  public String toString() {
    return what + " " + open.get() + "/" + max;
  }
}
