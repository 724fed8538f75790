package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.PatroniCluster;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.MonitorPace;
import io.trunkline.health.Probe;
import io.trunkline.health.ProbeTarget;
import io.trunkline.health.SqlProbe;
import io.trunkline.health.TopologyChange;
import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.protocol.tls.ServerTlsSettings;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import io.trunkline.settings.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A real cluster that hands over, loses its Patroni, its PostgreSQL and its etcd, followed by way
/// of etcd and by way of one member's REST API at the same time.
class PatroniIT {
  private static final Logger LOG = LoggerFactory.getLogger(PatroniIT.class);
  private static final MonitorPace PACE =
      new MonitorPace(Duration.ofSeconds(1), Duration.ofMillis(50), 2);

  @TempDir Path directory;

  /// As Patroni says it, and since 3.1.
  private static final Set<String> RUNNING_REPLICA = Set.of("running replica", "streaming replica");

  @BeforeAll
  static void needTools() {
    Tools.require(PatroniCluster.PROGRAMS.toArray(String[]::new));
  }

  @Test
  void cluster_throughSwitchoverKillsAndLossOfEtcd_theLeaderIsFollowedAndNeverGuessed()
      throws Exception {
    try (PatroniCluster cluster = PatroniCluster.start(directory, 3);
        ClusterMonitor byEtcd = monitor("etcd", etcd(cluster));
        ClusterMonitor byRest = monitor("rest", rest(cluster.restUrl("node2")))) {
      List<Topology> seen = new CopyOnWriteArrayList<>();
      byEtcd.topologies().subscribe(Runnable::run, seen::add);
      byEtcd.start();
      byRest.start();
      for (ClusterMonitor monitor : List.of(byEtcd, byRest)) {
        Topology healthy =
            await(monitor, t -> leads(t, "node1") && t.members().size() == 3 && allAlive(t));
        assertThat(healthy.timeline()).isPositive();
        await(monitor, _ -> RUNNING_REPLICA.contains(monitor.states().get("node2")));
      }

      switchOver(cluster, byEtcd, byRest, seen);
      killPatroni(cluster, byEtcd, byRest);
      killPostgres(cluster, byEtcd);
      loseEtcd(cluster, byEtcd);
    }
  }

  /// node1 to node2: writes wait from the announcement on.
  private static void switchOver(
      PatroniCluster cluster, ClusterMonitor byEtcd, ClusterMonitor byRest, List<Topology> seen)
      throws Exception {
    seen.clear();
    assertThat(cluster.switchover("node1", "node2")).contains("Successfully");
    await(byEtcd, t -> leads(t, "node2"));
    await(byRest, t -> leads(t, "node2"));
    assertThat(seen)
        .anyMatch(
            t -> leads(t, "node1") && t.drain().equals("a switchover to node2 was announced"));
    assertThat(seen).noneMatch(t -> leads(t, "node3"));
    Topology after = await(byEtcd, t -> isStandby(t, "node1") && allAlive(t));
    assertThat(after.drain()).isEmpty();
    assertThat(byEtcd.history()).extracting(TopologyChange::source).contains("etcd");
  }

  /// node2's PostgreSQL lives on and takes writes; from the moment its key is gone it must get
  /// none.
  private static void killPatroni(
      PatroniCluster cluster, ClusterMonitor byEtcd, ClusterMonitor byRest) throws Exception {
    cluster.killPatroni("node2");
    Topology next = await(byEtcd, t -> t.leader() != null && !leads(t, "node2"));
    await(byRest, t -> leads(t, next.leader().name()));
    assertThat(cluster.takesWrites("node2")).isTrue();
    assertThat(byEtcd.topologies().current().member("node2")).isNull(); // its key has expired too
    assertThat(cluster.takesWrites(next.leader().name())).isTrue();

    cluster.startPatroni("node2");
    await(byEtcd, t -> isStandby(t, "node2"));
    assertThat(byEtcd.topologies().current().leader().name()).isEqualTo(next.leader().name());
  }

  /// The key does not move: PostgreSQL comes back where it was.
  private static void killPostgres(PatroniCluster cluster, ClusterMonitor byEtcd) throws Exception {
    String leader = byEtcd.topologies().current().leader().name();
    cluster.killPostgres(leader);
    byEtcd.probeSoon(leader); // as the road does when a connection breaks
    await(byEtcd, t -> t.leader() == null);
    long killed = System.nanoTime();
    await(byEtcd, t -> t.leader() != null && cluster.takesWrites(t.leader().name()));
    LOG.info("writes again {} ms after the kill", (System.nanoTime() - killed) / 1_000_000);
  }

  /// Patroni demotes; reads go on; with etcd writes come back by themselves.
  private static void loseEtcd(PatroniCluster cluster, ClusterMonitor byEtcd) throws Exception {
    cluster.etcd().kill();
    await(
        byEtcd,
        t ->
            t.leader() == null
                && t.members().size() == 3
                && t.members().stream().allMatch(m -> m.role() == Role.STANDBY));
    cluster.etcd().restart();
    Topology again = await(byEtcd, t -> t.leader() != null);
    Waits.until("it takes writes", () -> cluster.takesWrites(again.leader().name()));
  }

  private static boolean leads(Topology topology, String member) {
    return topology.leader() != null && topology.leader().name().equals(member);
  }

  private static boolean isStandby(Topology topology, String name) {
    Member member = topology.member(name);
    return member != null && member.role() == Role.STANDBY;
  }

  private static boolean allAlive(Topology topology) {
    return topology.members().stream().allMatch(Member::alive);
  }

  private static PatroniSettings etcd(PatroniCluster cluster) {
    EtcdSettings etcd =
        new EtcdSettings(
            List.of(cluster.etcd().endpoint()),
            null,
            null,
            HttpsSettings.defaults(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    return new PatroniSettings("demo", "/service", etcd, null, Duration.ofSeconds(30));
  }

  private static PatroniSettings rest(String url) {
    RestSettings rest =
        new RestSettings(
            List.of(url),
            null,
            null,
            HttpsSettings.defaults(),
            Duration.ofMillis(500),
            Duration.ofSeconds(2));
    return new PatroniSettings(null, "/service", null, rest, Duration.ofSeconds(30));
  }

  private static ClusterMonitor monitor(String name, PatroniSettings settings) {
    var clocks = new ClusterMonitor.Clocks(InstantSource.system(), System::nanoTime);
    return new ClusterMonitor(
        name, new PatroniSource(name, settings, List.of(), clocks), PatroniIT::probe, PACE, clocks);
  }

  private static Probe probe(DeclaredMember member) {
    ProbeTarget target =
        new ProbeTarget(
            member.name(),
            member.address(),
            "postgres",
            "postgres",
            Secret.of("p"),
            ServerTlsSettings.PREFER,
            Map.of());
    return new SqlProbe(target, Duration.ofSeconds(2), System::nanoTime);
  }

  private static Topology await(ClusterMonitor monitor, Predicate<Topology> wanted) {
    Waits.until("topology as wanted", () -> wanted.test(monitor.topologies().current()));
    return monitor.topologies().current();
  }
}
