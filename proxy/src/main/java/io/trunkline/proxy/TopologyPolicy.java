package io.trunkline.proxy;

import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.ServerPool;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import org.jspecify.annotations.Nullable;

/// What a new topology means for the pools: connections to a member that is no longer what it was
/// are closed, and clients that wait for such a member look for another.
final class TopologyPolicy {
  private final PoolRegistry pools;
  private Topology last;

  TopologyPolicy(PoolRegistry pools, Topology first) {
    this.pools = pools;
    this.last = first;
  }

  /// Called for every publication, in order.
  synchronized void onTopology(Topology now) {
    Topology before = last;
    last = now;
    for (ServerPool pool : pools.pools()) {
      if (pool.key().cluster().equals(now.cluster())) {
        apply(pool, before.member(pool.key().member()), now.member(pool.key().member()), now);
      }
    }
  }

  private static void apply(
      ServerPool pool, @Nullable Member before, @Nullable Member now, Topology topology) {
    if (now == null) {
      pool.retireAll("its member has left the cluster");
      pool.rerouteWaiters();
      return;
    }
    boolean changed = before == null || !sameSeat(before, now);
    pool.memberIs(now, changed ? retirement(before, now, topology) : null);
    if (changed) {
      pool.rerouteWaiters();
    }
  }

  /// Whether nothing changed that decides who may go there.
  private static boolean sameSeat(Member before, Member now) {
    return before.role() == now.role()
        && before.alive() == now.alive()
        && before.timeline() == now.timeline()
        && before.address().equals(now.address());
  }

  /// Why connections opened before must not be used on; null when they may: sessions of a standby
  /// live on through its promotion.
  private static @Nullable String retirement(
      @Nullable Member before, Member now, Topology topology) {
    if (before == null) {
      return null;
    }
    if (!before.address().equals(now.address())) {
      return "its member has another address";
    }
    if (before.role() == Role.PRIMARY && now.role() == Role.STANDBY) {
      return "its member is no longer the primary";
    }
    boolean strayPrimary =
        now.role() == Role.PRIMARY
            && topology.leader() != null
            && !topology.leader().name().equals(now.name());
    return strayPrimary ? "another member is the leader" : null;
  }
}
