package io.trunkline.proxy.authquery;

import io.trunkline.protocol.NanoTime;
import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which members to ask, in which order, and for how long each: the leader, for it knows a new
/// password first, then standbys by their lag. Members that did not answer lately come later, and
/// those that count as dead last: before anybody has looked, and when nobody can, that is all of
/// them.
final class LookupOrder {
  private static final int ATTEMPTS_MAX = 3;

  private LookupOrder() {}

  /// For what each member says that has no answer.
  static StringJoiner reasons() {
    return new StringJoiner("; ").setEmptyValue("no time was left");
  }

  /// What one member is asked.
  interface Question<T> {
    /// The member's answer, within this time; null when it has none.
    @Nullable T ask(Member member, Duration atMost);
  }

  /// Asks one member after the other, until one has an answer or the deadline has come; null then.
  static <T> @Nullable T askInTurn(
      List<Member> members, long deadlineNanos, NanoTime clock, Question<T> question) {
    Iterator<Member> turns = members.iterator();
    while (turns.hasNext()) {
      Member member = turns.next();
      long left = deadlineNanos - clock.now();
      if (left <= 0) {
        return null;
      }
      // Half of what is left, so that another member can still answer in the other half.
      T answer = question.ask(member, Duration.ofNanos(turns.hasNext() ? left / 2 : left));
      if (answer != null) {
        return answer;
      }
    }
    return null;
  }

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
