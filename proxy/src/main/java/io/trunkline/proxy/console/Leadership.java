package io.trunkline.proxy.console;

import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.Switchover;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.NoticeResponse;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import io.trunkline.routing.Member;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The commands about who leads: DRAIN, UNDRAIN and SWITCHOVER. All ours.
final class Leadership {
  /// How long a drain may last whose operator does not come back.
  private static final Duration DRAIN_MAX = Duration.ofMinutes(1);

  private static final String UNDRAIN = "UNDRAIN";

  private final ConsoleParts parts;
  private final Map<String, LeaderDrain> drains = new TreeMap<>();

  Leadership(ConsoleParts parts) {
    this.parts = parts;
    parts.clusters().forEach((name, monitor) -> drains.put(name, drain(name, monitor)));
  }

  private LeaderDrain drain(String name, ClusterMonitor monitor) {
    return new LeaderDrain(name, monitor.topologies(), parts.loops(), parts.control());
  }

  List<ConsoleCommand> commands() {
    return List.of(
        Operations.command("DRAIN", Argument.MEMBER, this::drain),
        Operations.command(UNDRAIN, Argument.NONE, this::undrain),
        Operations.command("SWITCHOVER", Argument.TO_MEMBER, this::switchover));
  }

  /// The cluster with this member.
  private String clusterOf(String member) {
    List<String> found =
        drains.keySet().stream()
            .filter(name -> drainOf(name).topology().member(member) != null)
            .toList();
    if (found.size() != 1) {
      throw new ConsoleError(
          SqlState.UNDEFINED_OBJECT,
          (found.isEmpty() ? "no such member: " : "several clusters have a member ") + member);
    }
    return found.getFirst();
  }

  private LeaderDrain drainOf(String cluster) {
    return Objects.requireNonNull(drains.get(cluster));
  }

  private CompletionStage<Answer> drain(Call call) {
    String member = call.argument();
    if (member.isEmpty()) {
      throw new ConsoleError(SqlState.SYNTAX_ERROR, "a member is required");
    }
    LeaderDrain drain = drainOf(clusterOf(member));
    Member leader = drain.leader();
    if (leader == null || !leader.name().equals(member)) {
      return CompletableFuture.completedFuture(
          new Answer("DRAIN", null, notice(member + " does not lead: nothing to drain")));
    }
    drain.begin(member, "%s is being drained".formatted(member), DRAIN_MAX);
    return drain
        .empty(member, call.givenUp())
        .whenComplete((_, failure) -> {
          if (failure != null) {
            drain.end("given up");
          }
        })
        .thenApply(_ -> Answer.done("DRAIN"));
  }

  private CompletionStage<Answer> undrain(Call call) {
    drains.values().forEach(drain -> drain.end(UNDRAIN + " by " + call.guest()));
    return CompletableFuture.completedFuture(Answer.done(UNDRAIN));
  }

  private CompletionStage<Answer> switchover(Call call) {
    String wanted = call.argument();
    if (wanted.isEmpty() && drains.size() != 1) {
      throw new ConsoleError(
          SqlState.SYNTAX_ERROR, "there are several clusters: SWITCHOVER TO a member is required");
    }
    String cluster = wanted.isEmpty() ? drains.keySet().iterator().next() : clusterOf(wanted);
    Duration hold = Objects.requireNonNull(parts.config().get().clusters().get(cluster)).hold();
    Switchover switchover = Objects.requireNonNull(parts.switchovers().get(cluster));
    return new SwitchoverRun(drainOf(cluster), switchover, hold.dividedBy(2), parts.control())
        .run(wanted, call.givenUp())
        .thenApply(leader -> new Answer("SWITCHOVER", null, notice(leader + " leads now")));
  }

  private static NoticeResponse notice(String text) {
    return NoticeResponse.notice(SqlState.SUCCESSFUL_COMPLETION, text);
  }
}
