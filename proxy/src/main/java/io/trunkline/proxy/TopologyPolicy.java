package io.trunkline.proxy;

import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.ServerPool;
import io.trunkline.pool.Standing;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import org.jspecify.annotations.Nullable;

/// What a new topology means for the pools: connections to a member that is no longer what it was
/// are closed, and clients that wait for such a member look for another.
///
/// **The fence.** When another member leads, or holds the leader key, every connection to the one
/// before is closed at once, whatever runs there: what it would still commit, the new leader does
/// not have. The same happens to a member that becomes a primary beside the leader. While nobody
/// leads or holds the key nothing is cut; see [LeaderSeat]. A leader that is about to hand over is
/// drained, and a member that an operator has set aside empties: see [Standing].
///
/// Every look at a member publishes a topology, and a failed login makes somebody look: so a
/// publication that changes nothing for a pool leaves it alone, above all its pause after a failure
/// (`login_retry`). What a pool has seen of its member counts, and not the publication before: a
/// pool may have been made meanwhile, by a client that was routed by an older one.
final class TopologyPolicy {
  private final PoolRegistry pools;
  private final LeaderSeat seat;
  private Topology last;

  TopologyPolicy(PoolRegistry pools, Topology first) {
    this.pools = pools;
    this.last = first;
    this.seat = new LeaderSeat(first);
  }

  /// Called for every publication, in order.
  synchronized void onTopology(Topology now) {
    Topology before = last;
    last = now;
    String deposed = seat.sit(now);
    for (ServerPool pool : pools.pools()) {
      if (pool.key().cluster().equals(now.cluster())) {
        String member = pool.key().member();
        apply(pool, before.member(member), now.member(member));
        pool.standsAs(standing(member, now));
        if (member.equals(deposed) || (isStray(member, now) && !isStray(member, before))) {
          pool.cut(
              now.heir()
                  + (now.leader() == null ? " holds the leader key now" : " is the leader now"));
        }
      }
    }
  }

  /// The fence comes first: an operator's order never lets anything begin that it does not.
  private Standing standing(String member, Topology now) {
    Standing bySeat = seat.standing(member, now);
    String aside = now.asideReason(member);
    return bySeat.isOpen() && !aside.isEmpty() ? Standing.empties(aside) : bySeat;
  }

  /// Whether this member takes writes although another one leads or is about to.
  private static boolean isStray(String member, Topology topology) {
    Member seen = topology.member(member);
    String heir = topology.heir();
    return seen != null && seen.role() == Role.PRIMARY && heir != null && !heir.equals(member);
  }

  private static void apply(ServerPool pool, @Nullable Member before, @Nullable Member now) {
    if (now == null) {
      pool.retireAll("its member has left the cluster");
      pool.rerouteWaiters();
      return;
    }
    if (before != null && sameSeat(pool.member(), now)) {
      pool.memberSeen(now);
      return;
    }
    pool.memberIs(now, retirement(before == null ? null : pool.member(), now));
    pool.rerouteWaiters();
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
  private static @Nullable String retirement(@Nullable Member before, Member now) {
    if (before == null) {
      return null;
    }
    if (!before.address().equals(now.address())) {
      return "its member has another address";
    }
    return before.role() == Role.PRIMARY && now.role() == Role.STANDBY
        ? "its member is no longer the primary"
        : null;
  }
}
