package io.trunkline.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The limits that one pool is under: each of its connections has a place under every one of them.
/// Immutable; the limits are thread-safe.
///
/// @param limits those of its database, its user and its member, in this order
record Bounds(List<Limit> limits) {

  Bounds {
    limits = List.copyOf(limits);
  }

  /// The same limits with the bounds that other settings of the pool have on them.
  Bounds of(PoolSettings settings) {
    return new Bounds(
        List.of(
            limits.get(0).boundedBy(settings.maxDbConnections()),
            limits.get(1).boundedBy(settings.maxUserConnections()),
            limits.get(2)));
  }

  void join(ServerPool pool) {
    limits.forEach(limit -> limit.join(pool));
  }

  void leave(ServerPool pool) {
    limits.forEach(limit -> limit.leave(pool));
  }

  /// Takes a place under every limit.
  ///
  /// @return the limit under which there is none, and then no place is taken; null when all is well
  @Nullable Limit tryAcquire() {
    for (int i = 0; i < limits.size(); i++) {
      if (!limits.get(i).tryAcquire()) {
        limits.subList(0, i).forEach(Limit::release);
        return limits.get(i);
      }
    }
    return null;
  }

  void release() {
    limits.forEach(Limit::release);
  }

  /// A connection of this pool has closed.
  void wakeOthers(ServerPool closer) {
    limits.forEach(limit -> limit.wakeOthers(closer));
  }
}
