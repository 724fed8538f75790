package io.trunkline.proxy;

import io.trunkline.pool.Standing;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import org.jspecify.annotations.Nullable;

/// Who led one cluster last, and so whose connections may have been written through.
///
/// The seat is empty at times: the leader has stopped answering, or gave its claim up, and nobody
/// else has one yet. That moves no fence. What runs there may end, because it may yet be the leader
/// again, and because no other member has taken a write that could contradict; but nothing new
/// begins. Only when another member leads, or holds the leader key and is about to, is the last
/// one's work cut: what the old one commits from then on may be missing on the new one. Not
/// thread-safe.
final class LeaderSeat {
  private @Nullable String holder;

  LeaderSeat(Topology first) {
    sit(first);
  }

  /// Takes note of a topology.
  ///
  /// @return who led before, if by this topology another one leads or is about to; null otherwise
  @Nullable String sit(Topology now) {
    String heir = now.heir();
    if (heir == null) {
      return null;
    }
    String before = holder;
    holder = heir;
    return before == null || before.equals(holder) ? null : before;
  }

  /// Whether clients that have a server at this member may begin something there.
  Standing standing(String member, Topology now) {
    if (!member.equals(holder)) {
      return Standing.OPEN;
    }
    if (!now.drain().isEmpty()) {
      return Standing.drains(now.drain());
    }
    Member seen = now.member(member);
    boolean isStandby = seen != null && seen.role() == Role.STANDBY;
    return now.leader() != null || isStandby
        ? Standing.OPEN
        : Standing.rests("there is no leader now");
  }
}
