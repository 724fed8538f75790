package io.trunkline.proxy.console;

import io.trunkline.health.Claims;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.Switchover;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.NoticeResponse;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import io.trunkline.proxy.session.Occupancy;
import io.trunkline.routing.Member;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The commands about who leads and who may be used: DRAIN, UNDRAIN, MAINT, READY, SWITCHOVER and
/// SHOW SWITCHOVER. All ours.
final class Leadership {
  /// How long a drain may last whose operator does not come back.
  private static final Duration DRAIN_MAX = Duration.ofMinutes(1);

  private static final String UNDRAIN = "UNDRAIN";

  static final Columns READINESS =
      Columns.of()
          .text("cluster", "member", "leader")
          .int4("ready")
          .int8("lag_bytes")
          .int4("working")
          .int8("longest_us")
          .int4("pinned", "sessions", "streams")
          .text("reason");

  private final ConsoleParts parts;
  private final Map<String, LeaderDrain> drains = new TreeMap<>();
  private final Map<String, SetAside> aside = new TreeMap<>();

  Leadership(ConsoleParts parts) {
    this.parts = parts;
    parts
        .clusters()
        .forEach((name, monitor) -> {
          drains.put(name, drain(name, monitor));
          aside.put(name, new SetAside(name, monitor.topologies(), parts.control()));
        });
  }

  private LeaderDrain drain(String name, ClusterMonitor monitor) {
    return new LeaderDrain(
        name, monitor.topologies(), () -> synchronous(monitor), parts.loops(), parts.control());
  }

  private static List<String> synchronous(ClusterMonitor monitor) {
    Claims claims = monitor.claims();
    return claims == null ? List.of() : claims.synchronous();
  }

  List<ConsoleCommand> commands() {
    return List.of(
        Operations.command("DRAIN", Argument.MEMBER, this::drain),
        Operations.command(UNDRAIN, Argument.NONE, this::undrain),
        Operations.command("MAINT", Argument.MEMBER, this::maintain),
        Operations.command("READY", Argument.MEMBER, this::ready),
        Operations.command("SWITCHOVER", Argument.TO_MEMBER, this::switchover),
        ConsoleCommand.showLater("SWITCHOVER", READINESS, _ -> readiness()));
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

  private SetAside asideOf(String cluster) {
    return Objects.requireNonNull(aside.get(cluster));
  }

  /// The member a command is about.
  private static String member(Call call) {
    if (call.argument().isEmpty()) {
      throw new ConsoleError(SqlState.SYNTAX_ERROR, "a member is required");
    }
    return call.argument();
  }

  private boolean leads(String cluster, String member) {
    Member leader = drainOf(cluster).leader();
    return leader != null && leader.name().equals(member);
  }

  private CompletionStage<Answer> drain(Call call) {
    String member = member(call);
    String cluster = clusterOf(member);
    LeaderDrain drain = drainOf(cluster);
    if (leads(cluster, member)) {
      drain.begin(member, "%s is being drained".formatted(member), DRAIN_MAX);
      return emptied(call, "DRAIN", cluster, () -> drain.end("given up"));
    }
    return emptied(call, "DRAIN", cluster, asideOf(cluster).drain(member, DRAIN_MAX));
  }

  /// Answers when no transaction runs at the member any more.
  private CompletionStage<Answer> emptied(
      Call call, String tag, String cluster, Runnable whenGivenUp) {
    return drainOf(cluster)
        .empty(member(call), call.givenUp())
        .whenComplete((_, failure) -> {
          if (failure != null) {
            whenGivenUp.run();
          }
        })
        .thenApply(_ -> Answer.done(tag));
  }

  private CompletionStage<Answer> maintain(Call call) {
    String member = member(call);
    String cluster = clusterOf(member);
    if (leads(cluster, member)) {
      throw ConsoleError.notNow(
          member + " leads, and writes have nowhere else to go: SWITCHOVER before, or PAUSE");
    }
    return emptied(call, "MAINT", cluster, asideOf(cluster).maintain(member));
  }

  private CompletionStage<Answer> ready(Call call) {
    String member = member(call);
    String cluster = clusterOf(member);
    String why = "READY by " + call.guest();
    asideOf(cluster).end(member, why);
    if (leads(cluster, member)) {
      drainOf(cluster).end(why);
    }
    return CompletableFuture.completedFuture(Answer.done("READY"));
  }

  private CompletionStage<Answer> undrain(Call call) {
    String why = UNDRAIN + " by " + call.guest();
    drains.values().forEach(drain -> drain.end(why));
    aside.values().forEach(others -> others.endDrains(why));
    return CompletableFuture.completedFuture(Answer.done(UNDRAIN));
  }

  private CompletionStage<Answer> switchover(Call call) {
    String wanted = call.argument();
    if (wanted.isEmpty() && drains.size() != 1) {
      throw new ConsoleError(
          SqlState.SYNTAX_ERROR, "there are several clusters: SWITCHOVER TO a member is required");
    }
    String cluster = wanted.isEmpty() ? drains.keySet().iterator().next() : clusterOf(wanted);
    Switchover switchover = Objects.requireNonNull(parts.switchovers().get(cluster));
    return new SwitchoverRun(
            drainOf(cluster),
            switchover,
            patience(cluster),
            parts.control(),
            found -> call.tell(notice(found)))
        .run(wanted, call.givenUp())
        .thenApply(leader -> new Answer("SWITCHOVER", null, notice(leader + " leads now")));
  }

  /// How long a switchover may take: the other half of what clients may be held is for those who
  /// have waited before.
  private Duration patience(String cluster) {
    return Objects.requireNonNull(parts.config().get().clusters().get(cluster)).hold().dividedBy(2);
  }

  /// Every member as a candidate, with what would be in its way.
  private CompletionStage<Table> readiness() {
    CompletionStage<Table> table = CompletableFuture.completedFuture(new Table(READINESS));
    for (Map.Entry<String, LeaderDrain> drain : drains.entrySet()) {
      Candidates candidates = drain.getValue().candidates();
      Member leader = candidates.leader();
      CompletionStage<Occupancy> occupancy =
          leader == null
              ? CompletableFuture.completedFuture(Occupancy.NONE)
              : drain.getValue().occupancy(leader.name());
      table =
          table.thenCombine(
              occupancy, (rows, found) -> rows(rows, drain.getKey(), candidates, found));
    }
    return table;
  }

  private Table rows(Table rows, String cluster, Candidates candidates, Occupancy occupancy) {
    Member leader = candidates.leader();
    String inTheWay =
        leader == null ? "nobody leads" : Readiness.objection(occupancy, patience(cluster));
    for (Member member : candidates.topology().members()) {
      String objection = candidates.objection(member);
      String reason = objection.isEmpty() ? inTheWay : "it " + objection;
      rows.row(
          cluster,
          member.name(),
          leader == null ? null : leader.name(),
          reason.isEmpty() ? 1 : 0,
          member.lagBytes(),
          occupancy.working(),
          occupancy.longest().toNanos() / 1_000,
          occupancy.pinned(),
          occupancy.sessions(),
          occupancy.streams(),
          reason);
    }
    return rows;
  }

  private static NoticeResponse notice(String text) {
    return NoticeResponse.notice(SqlState.SUCCESSFUL_COMPLETION, text);
  }
}
