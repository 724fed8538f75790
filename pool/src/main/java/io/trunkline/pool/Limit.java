package io.trunkline.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A bound on server connections that several pools share: those of one database, one user or one
/// member. They are counted together, and each pool has its own bound on that one count, as its
/// settings say: a pool opens a connection only while fewer than so many are open in all pools. So
/// nothing depends on which pool came first, and a lower bound for some clients leaves room for the
/// others instead of holding them back.
///
/// An object of this class is the limit as one kind of pool sees it. Touched when a connection
/// opens or closes, never on the road. Thread-safe.
final class Limit {
  private final String what;
  private final int max;
  private final Shared shared;

  /// What all that see one limit share.
  private static final class Shared {
    private final Places open = new Places();
    private final Set<ServerPool> pools = ConcurrentHashMap.newKeySet();

    /// Those of them that may have to wait for a place.
    private final Set<ServerPool> bounded = ConcurrentHashMap.newKeySet();
  }

  private Limit(String what, int max, Shared shared) {
    this.what = what;
    this.max = max;
    this.shared = shared;
  }

  /// @param max 0 for no bound
  Limit(String what, int max) {
    this(what, max, new Shared());
  }

  /// The same count under another bound.
  ///
  /// @param bound 0 for none
  Limit boundedBy(int bound) {
    return new Limit(what, bound, shared);
  }

  String what() {
    return what;
  }

  void join(ServerPool pool) {
    shared.pools.add(pool);
    if (max > 0) {
      shared.bounded.add(pool);
    }
  }

  void leave(ServerPool pool) {
    shared.pools.remove(pool);
    shared.bounded.remove(pool);
  }

  boolean tryAcquire() {
    return shared.open.take(max == 0 ? Integer.MAX_VALUE : max);
  }

  void release() {
    shared.open.giveBack();
  }

  /// A connection under this limit has closed: other pools may have been waiting for that.
  void wakeOthers(ServerPool closer) {
    for (ServerPool pool : shared.bounded) {
      if (pool != closer) {
        pool.relieveWaiters();
      }
    }
  }

  /// Asks another pool to close an idle connection, so that `starved` may open one; not where one
  /// would not be enough, because others have a higher bound and use it.
  void evictFor(ServerPool starved) {
    if (shared.open.taken() > max) {
      return;
    }
    for (ServerPool pool : shared.pools) {
      if (pool != starved && pool.evictIdle()) {
        return;
      }
    }
  }

  int open() {
    return shared.open.taken();
  }

  @Override
  public String toString() {
    return what + " " + shared.open.taken() + "/" + max;
  }
}
