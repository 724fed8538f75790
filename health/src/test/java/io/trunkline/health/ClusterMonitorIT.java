package io.trunkline.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.ClusterOptions;
import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.protocol.tls.ServerTlsSettings;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The whole of it, on clusters that lose, freeze and double their primaries.
class ClusterMonitorIT {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterMonitorIT.class);
  private static final MonitorPace PACE =
      new MonitorPace(Duration.ofSeconds(1), Duration.ofMillis(50), 2);

  @ParameterizedTest
  @ValueSource(ints = {ServerOptions.OLDEST, ServerOptions.NEWEST})
  void leader_killedFailedOverAndBackAsASecondPrimary_isTheHigherTimeline(int version)
      throws Exception {
    ClusterOptions options = ClusterOptions.members(3).server(ServerOptions.postgres(version));
    try (EmbeddedCluster cluster = EmbeddedCluster.create(options);
        ClusterMonitor monitor = monitor(cluster)) {
      monitor.start();
      Topology healthy = await(monitor, t -> t.leader() != null && allAlive(t));
      assertThat(healthy.leader().name()).isEqualTo("pg1");
      assertThat(healthy.timeline()).isEqualTo(1);
      assertThat(roles(healthy)).containsExactly(Role.PRIMARY, Role.STANDBY, Role.STANDBY);
      assertThat(monitor.alarms()).isEmpty();

      cluster.kill("pg1");
      long killed = System.nanoTime();
      monitor.probeSoon("pg1"); // as the road does when a connection breaks
      Topology leaderless = await(monitor, t -> t.leader() == null);
      assertThat(leaderless.member("pg1").reason()).isEqualTo("connection refused");
      log("leader lost after the kill", killed);

      String next = cluster.failOver();
      long promoted = System.nanoTime();
      Topology failedOver = await(monitor, t -> t.leader() != null);
      log("leader known after the promotion", promoted);
      assertThat(failedOver.leader().name()).isEqualTo(next);
      assertThat(failedOver.timeline()).isEqualTo(2);

      cluster.member("pg1").start(); // the old primary, still taking writes
      Topology two = await(monitor, t -> t.member("pg1").alive());
      assertThat(two.leader().name()).isEqualTo(next);
      assertThat(two.member("pg1").reason()).contains("claims to be the primary on timeline 1");
      assertThat(monitor.alarms()).singleElement().asString().contains("writes go to " + next);

      cluster.kill(next); // now the old primary is the only one, and must still get nothing
      await(monitor, t -> t.leader() == null);
      await(monitor, t -> t.member("pg1").alive() && !t.member(next).alive());
      assertThat(monitor.topologies().current().leader()).isNull();
      assertThat(monitor.alarms()).singleElement().asString().contains("timeline 2 was seen");
      assertThat(monitor.history()).extracting(TopologyChange::leader).contains("pg1", next, null);
    }
  }

  @Test
  void members_frozenAndThawed_areDeadMeanwhileAndDelayNobody() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.create(3);
        ClusterMonitor monitor = monitor(cluster)) {
      monitor.start();
      await(monitor, t -> t.leader() != null && allAlive(t));

      cluster.member("pg3").freeze();
      await(monitor, t -> !t.member("pg3").alive());
      assertThat(monitor.topologies().current().leader().name()).isEqualTo("pg1");
      cluster.member("pg3").thaw();
      await(monitor, ClusterMonitorIT::allAlive);

      cluster.member("pg1").freeze();
      long frozen = System.nanoTime();
      Topology leaderless = await(monitor, t -> t.leader() == null);
      log("leader lost after the freeze", frozen);
      assertThat(leaderless.member("pg2").alive()).isTrue();
      assertThat(leaderless.member("pg3").alive()).isTrue();
      cluster.member("pg1").thaw();
      assertThat(await(monitor, t -> t.leader() != null).leader().name()).isEqualTo("pg1");
    }
  }

  @Test
  void standby_replayPaused_lagsInBytesAndTime() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.create(2);
        ClusterMonitor monitor = monitor(cluster)) {
      monitor.start();
      await(monitor, t -> t.leader() != null && allAlive(t));
      cluster.member("pg2").execute("SELECT pg_wal_replay_pause()");
      cluster.primary().execute("CREATE TABLE t AS SELECT g FROM generate_series(1, 99999) g");

      await(
          monitor,
          t ->
              t.member("pg2").lagBytes() > 1_000_000
                  && t.member("pg2").lag().compareTo(Duration.ofSeconds(2)) > 0);

      cluster.member("pg2").execute("SELECT pg_wal_replay_resume()");
      await(monitor, t -> t.member("pg2").lagBytes() == 0 && t.member("pg2").lag().isZero());
    }
  }

  private static ClusterMonitor monitor(EmbeddedCluster cluster) {
    List<DeclaredMember> members =
        cluster.names().stream()
            .map(name -> new DeclaredMember(name, cluster.member(name).address(), Map.of()))
            .toList();
    return new ClusterMonitor(
        "main",
        new StaticMembers(members),
        ClusterMonitorIT::probe,
        PACE,
        new ClusterMonitor.Clocks(InstantSource.system(), System::nanoTime));
  }

  private static Probe probe(DeclaredMember member) {
    ProbeTarget target =
        new ProbeTarget(
            member.name(),
            member.address(),
            "postgres",
            "postgres",
            null,
            ServerTlsSettings.PREFER,
            Map.of());
    return new SqlProbe(target, Duration.ofSeconds(2), System::nanoTime);
  }

  private static Topology await(ClusterMonitor monitor, Predicate<Topology> wanted) {
    ConditionFactory patience =
        Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5));
    return patience.until(() -> monitor.topologies().current(), wanted);
  }

  private static boolean allAlive(Topology topology) {
    return topology.members().stream().allMatch(Member::alive);
  }

  private static List<Role> roles(Topology topology) {
    return topology.members().stream().map(Member::role).toList();
  }

  private static void log(String what, long sinceNanos) {
    LOG.info("{}: {} ms", what, Duration.ofNanos(System.nanoTime() - sinceNanos).toMillis());
  }
}
