package io.trunkline.proxy.authquery;

import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Which members to ask, in which order: the leader, for it knows a new password first, then
/// standbys by their lag. Members that did not answer lately come later, and those that count as
/// dead last: before anybody has looked, and when nobody can, that is all of them.
final class LookupOrder {
  private static final int ATTEMPTS_MAX = 3;

  private LookupOrder() {}

  /// @param silent whether a member has left us without an answer lately
  static List<Member> of(Topology topology, Predicate<Member> silent) {
    List<Member> members = new ArrayList<>(topology.members());
    members.sort(
        Comparator.comparing((Member member) -> !member.alive())
            .thenComparing(silent::test)
            .thenComparing(member -> !member.equals(topology.leader()))
            .thenComparingLong(Member::lagBytes));
    if (members.size() == 1) {
      members.add(members.getFirst()); // its kept connection may have been the trouble
    }
    return members.subList(0, Math.min(members.size(), ATTEMPTS_MAX));
  }
}
