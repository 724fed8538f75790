package io.trunkline.health;

import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Says in words how one topology differs from the one before, as far as an operator would call it
/// a change: not positions, lag and latency, which differ every time.
final class TopologyDiff {
  private TopologyDiff() {}

  /// Adds the changes, members first, then the leader and whether it takes new writes.
  ///
  /// @param reasonBefore why `before` has no leader
  /// @param reasonAfter why `after` has no leader
  static void tell(
      Topology before,
      String reasonBefore,
      Topology after,
      String reasonAfter,
      StringJoiner changes) {
    for (Member member : after.members()) {
      Member then = before.member(member.name());
      if (then == null) {
        changes.add(member.name() + " joins");
      } else if (!condition(then).equals(condition(member))) {
        changes.add(member.name() + " " + condition(member));
      } else if (restarted(then, member)) {
        changes.add(member.name() + " has restarted");
      }
    }
    for (Member member : before.members()) {
      if (after.member(member.name()) == null) {
        changes.add(member.name() + " is no member any more");
      }
    }
    String leader = leader(after.leader(), reasonAfter);
    if (!leader.equals(leader(before.leader(), reasonBefore))) {
      changes.add(leader);
    }
    if (after.leader() != null && !after.drain().equals(before.drain())) {
      changes.add(
          after.drain().isEmpty()
              ? "new writes wait no more"
              : "new writes wait: " + after.drain());
    }
  }

  /// Whether it was down between two looks, neither of which saw that.
  private static boolean restarted(Member then, Member now) {
    return then.started() != null && now.started() != null && !then.started().equals(now.started());
  }

  private static String leader(@Nullable Member leader, String reason) {
    return leader == null
        ? "no leader: " + reason
        : "leader is " + leader.name() + " on timeline " + leader.timeline();
  }

  private static String condition(Member member) {
    if (!member.alive()) {
      return "is down: " + member.reason();
    }
    String role =
        member.role() == Role.UNKNOWN
            ? "is up"
            : "is a " + member.role().name().toLowerCase(Locale.ROOT);
    String text = role + (member.readOnly() ? ", read-only" : "");
    return member.reason().isEmpty() ? text : text + ", not used: it " + member.reason();
  }
}
