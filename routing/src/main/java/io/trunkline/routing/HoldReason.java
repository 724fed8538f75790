package io.trunkline.routing;

import java.util.List;
import java.util.function.Function;

/// The text of a hold: what is missing, then each member and what speaks against it. Bounded in
/// members and characters, because clients and logs see it.
final class HoldReason {
  private static final int MEMBERS_MAX = 8;
  private static final int OBJECTION_CHARS_MAX = 80;

  private HoldReason() {}

  static Route.Hold of(String missing, List<Member> members, Function<Member, String> objection) {
    if (members.isEmpty()) {
      return new Route.Hold(missing + ": the cluster has no members");
    }
    StringBuilder text = new StringBuilder(missing);
    String separator = ": ";
    for (Member member : members.subList(0, Math.min(members.size(), MEMBERS_MAX))) {
      text.append(separator).append(shortened(member.name())).append(' ');
      text.append(shortened(objection.apply(member)));
      separator = "; ";
    }
    if (members.size() > MEMBERS_MAX) {
      text.append(" and ").append(members.size() - MEMBERS_MAX).append(" more");
    }
    return new Route.Hold(text.toString());
  }

  private static String shortened(String text) {
    return text.length() <= OBJECTION_CHARS_MAX
        ? text
        : text.substring(0, OBJECTION_CHARS_MAX - 3) + "...";
  }
}
