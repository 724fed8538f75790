package io.trunkline.proxy.console;

import io.trunkline.health.TopologyHolder;
import io.trunkline.proxy.console.Call.GivenUp;
import io.trunkline.proxy.session.Occupancy;
import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One cluster's leader, emptied by an operator: transactions end, none begins, idle connections
/// close. It ends by itself when another member leads, and after a while whatever has happened, for
/// nobody is to wait for an operator who has forgotten. Thread-safe.
final class LeaderDrain {
  private static final Logger log = LoggerFactory.getLogger(LeaderDrain.class);
  private static final long LOOK_MILLIS = 20;

  private final String cluster;
  private final TopologyHolder topologies;
  private final Supplier<List<String>> synchronous;
  private final Loops loops;
  private final ScheduledExecutorService control;

  /// Which drain is the present one; those before have no say any more.
  private @Nullable Object current;

  /// @param synchronous the synchronous standbys of now; empty where there are none
  LeaderDrain(
      String cluster,
      TopologyHolder topologies,
      Supplier<List<String>> synchronous,
      Loops loops,
      ScheduledExecutorService control) {
    this.cluster = cluster;
    this.topologies = topologies;
    this.synchronous = synchronous;
    this.loops = loops;
    this.control = control;
  }

  Topology topology() {
    return topologies.current();
  }

  @Nullable Member leader() {
    return topology().leader();
  }

  /// Who could lead next, as things are now.
  Candidates candidates() {
    Topology now = topology();
    return new Candidates(now, now.leader(), synchronous.get());
  }

  /// Whether another member leads than this one.
  boolean hasMovedFrom(String member) {
    Member leader = leader();
    return leader != null && !leader.name().equals(member);
  }

  /// Begins to drain the leader.
  ///
  /// @param atMost when it ends at the latest
  synchronized void begin(String leader, String reason, Duration atMost) {
    Object mine = new Object();
    current = mine;
    log.info("drain cluster={} leader={} reason=\"{}\"", cluster, leader, reason);
    topologies.drain(reason);
    control.schedule(() -> end(mine, "time is up"), atMost.toNanos(), TimeUnit.NANOSECONDS);
    look(leader, mine);
  }

  private void look(String leader, Object mine) {
    if (isCurrent(mine)) {
      if (hasMovedFrom(leader)) {
        end(mine, "another member leads");
      } else {
        control.schedule(() -> look(leader, mine), LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private synchronized boolean isCurrent(Object drain) {
    return drain.equals(current);
  }

  private synchronized void end(Object mine, String why) {
    if (isCurrent(mine)) {
      end(why);
    }
  }

  /// Lets everything go on.
  synchronized void end(String why) {
    if (current != null) {
      current = null;
      log.info("drain cluster={} ended: {}", cluster, why);
      topologies.drain("");
    }
  }

  /// Done when no transaction runs at this member through this process.
  CompletionStage<@Nullable Void> empty(String member, CompletableFuture<GivenUp> givenUp) {
    return Poll.until(
        control, givenUp, () -> occupancy(member).thenApply(found -> found.working() == 0));
  }

  /// What clients do at this member through this process.
  CompletionStage<Occupancy> occupancy(String member) {
    return loops
        .ask(context -> Occupancy.of(context, cluster, member))
        .thenApply(all -> all.stream().reduce(Occupancy.NONE, Occupancy::and));
  }
}
