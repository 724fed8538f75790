package io.trunkline.proxy.console;

import io.trunkline.health.Switchover;
import io.trunkline.protocol.SqlState;
import io.trunkline.proxy.console.Call.GivenUp;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One SWITCHOVER: looks whether it can be, drains the leader, asks for another one, waits until
/// that leads. If any of it takes too long or fails, everything goes on as before.
final class SwitchoverRun {
  /// A candidate further behind has too much to catch up with while everybody waits.
  private static final long LAG_BYTES_MAX = 16L * 1024 * 1024;

  private static final String NO_FAILOVER = "nofailover";

  private final LeaderDrain drain;
  private final Switchover switchover;
  private final Duration patience;
  private final ScheduledExecutorService control;

  /// @param patience how long clients may wait in all
  SwitchoverRun(
      LeaderDrain drain,
      Switchover switchover,
      Duration patience,
      ScheduledExecutorService control) {
    this.drain = drain;
    this.switchover = switchover;
    this.patience = patience;
    this.control = control;
  }

  /// Runs it.
  ///
  /// @param wanted the member that is to lead; empty for the one closest behind
  /// @return the member that leads then
  CompletionStage<String> run(String wanted, CompletableFuture<GivenUp> givenUp) {
    Member leader = drain.leader();
    if (leader == null) {
      throw ConsoleError.notNow("there is no leader who could hand over");
    }
    String from = leader.name();
    String to = candidate(drain.topology(), from, wanted).name();
    CompletableFuture<GivenUp> enough = new CompletableFuture<>();
    givenUp.thenAccept(enough::complete);
    control.schedule(
        () -> enough.complete(GivenUp.CANCELLED), patience.toNanos(), TimeUnit.NANOSECONDS);
    drain.begin(from, "a switchover to %s is under way".formatted(to), patience);
    return drain
        .empty(from, enough)
        .thenCompose(_ -> switchover.ask(from, to))
        .thenCompose(_ -> moved(from, enough))
        .handle((_, failure) -> end(from, failure));
  }

  private CompletionStage<@Nullable Void> moved(String from, CompletableFuture<GivenUp> enough) {
    return Poll.until(
        control, enough, () -> CompletableFuture.completedFuture(drain.hasMovedFrom(from)));
  }

  private String end(String from, @Nullable Throwable failure) {
    Member leader = drain.leader();
    boolean moved = drain.hasMovedFrom(from);
    drain.end(moved ? "another member leads" : "the switchover is abandoned");
    if (moved && leader != null) {
      return leader.name();
    }
    throw new ConsoleError(
        SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
        "the switchover was abandoned, and %s goes on: %s".formatted(from, reason(failure)));
  }

  private String reason(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof ConsoleError) {
      return "not done within %d ms, or given up".formatted(patience.toMillis());
    }
    return cause == null ? "nobody else leads" : String.valueOf(cause.getMessage());
  }

  /// Who is to lead.
  ///
  /// @throws ConsoleError when nobody can
  static Member candidate(Topology topology, String leader, String wanted) {
    if (wanted.isEmpty()) {
      return topology.members().stream()
          .filter(member -> objection(member, leader).isEmpty())
          .min(Comparator.comparingLong(Member::lagBytes))
          .orElseThrow(() -> ConsoleError.notNow("no member is ready to lead"));
    }
    Member member = topology.member(wanted);
    if (member == null) {
      throw new ConsoleError(SqlState.UNDEFINED_OBJECT, "no such member: " + wanted);
    }
    String objection = objection(member, leader);
    if (!objection.isEmpty()) {
      throw ConsoleError.notNow("%s is not ready to lead: it %s".formatted(wanted, objection));
    }
    return member;
  }

  /// Why this member cannot lead now; empty when it can.
  private static String objection(Member member, String leader) {
    if (member.name().equals(leader)) {
      return "leads already";
    }
    if (!member.alive() || member.role() != Role.STANDBY || !member.reason().isEmpty()) {
      return member.reason().isEmpty() ? "is no standby that answers" : member.reason();
    }
    if ("true".equalsIgnoreCase(member.tags().get(NO_FAILOVER))) {
      return "is tagged " + NO_FAILOVER;
    }
    return member.lagBytes() > LAG_BYTES_MAX
        ? "is %d bytes behind".formatted(member.lagBytes())
        : "";
  }
}
