package io.trunkline.proxy.console;

import io.trunkline.protocol.SqlState;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who could lead a cluster next, and why the others cannot.
///
/// @param leader who leads now; null for nobody
/// @param synchronous the standbys that have confirmed every commit; empty where commits are not
///   confirmed, and anybody may lead
record Candidates(Topology topology, @Nullable Member leader, List<String> synchronous) {
  /// A candidate further behind has too much to catch up with while everybody waits.
  static final long LAG_BYTES_MAX = 16L * 1024 * 1024;

  private static final String NO_FAILOVER = "nofailover";

  /// Since Patroni 3.2; 0 means the same as the other.
  private static final String FAILOVER_PRIORITY = "failover_priority";

  Candidates {
    synchronous = List.copyOf(synchronous);
  }

  /// Who is to lead.
  ///
  /// @param wanted a member's name; empty for the one closest behind
  /// @throws ConsoleError when nobody can, or the one that is wanted cannot
  Member pick(String wanted) {
    if (wanted.isEmpty()) {
      return topology.members().stream()
          .filter(member -> objection(member).isEmpty())
          .min(Comparator.comparingLong(Member::lagBytes))
          .orElseThrow(() -> ConsoleError.notNow("no member is ready to lead"));
    }
    Member member = topology.member(wanted);
    if (member == null) {
      throw new ConsoleError(SqlState.UNDEFINED_OBJECT, "no such member: " + wanted);
    }
    String objection = objection(member);
    if (!objection.isEmpty()) {
      throw ConsoleError.notNow("%s is not ready to lead: it %s".formatted(wanted, objection));
    }
    return member;
  }

  /// Why this member cannot lead now; empty when it can.
  String objection(Member member) {
    if (member.equals(leader)) {
      return "leads already";
    }
    String aside = topology.asideReason(member.name());
    if (!aside.isEmpty()) {
      return aside;
    }
    if (!member.alive() || member.role() != Role.STANDBY || !member.reason().isEmpty()) {
      return member.reason().isEmpty() ? "is no standby that answers" : member.reason();
    }
    if ("true".equalsIgnoreCase(member.tags().get(NO_FAILOVER))) {
      return "is tagged " + NO_FAILOVER;
    }
    if ("0".equals(member.tags().get(FAILOVER_PRIORITY))) {
      return "is tagged " + FAILOVER_PRIORITY + "=0";
    }
    if (!synchronous.isEmpty() && !synchronous.contains(member.name())) {
      return "is no synchronous standby";
    }
    return member.lagBytes() > LAG_BYTES_MAX
        ? "is %d bytes behind".formatted(member.lagBytes())
        : "";
  }
}
