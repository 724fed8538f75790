package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.MonitorPace;
import io.trunkline.health.Observation;
import io.trunkline.health.Probe;
import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.routing.Balancer;
import io.trunkline.routing.Eligibility;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Lsn;
import io.trunkline.routing.Role;
import io.trunkline.routing.Route;
import io.trunkline.routing.Router;
import io.trunkline.routing.Topology;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What Patroni says of a member and what the member says itself, and who is sent there for it.
/// node1 leads in all of this, unless it is said that it does not.
class PatroniMembersTest {
  private static final long IDENTIFIER = 7710539322695250019L;
  private static final MonitorPace PACE =
      new MonitorPace(Duration.ofMillis(50), Duration.ofMillis(20), 1);
  private static final String TO_NODE2 = "node2";

  /// node2 as `/cluster` has it, what it answers to the probe (null: that it is a standby), the
  /// tags of a listener, and what becomes of its reads: where they go, or why they wait.
  static Stream<Arguments> members() {
    return Stream.of(standbys(), labels(), states()).flatMap(rows -> rows);
  }

  private static Stream<Arguments> standbys() {
    return Stream.of(
        row("replica", "running", "{}", null, Map.of(), TO_NODE2),
        row("replica", "streaming", "{}", null, Map.of(), TO_NODE2), // since Patroni 3.1
        row("replica", "in archive recovery", "{}", null, Map.of(), TO_NODE2),
        row("sync_standby", "running", "{}", null, Map.of(), TO_NODE2),
        row("quorum_standby", "running", "{}", null, Map.of(), TO_NODE2),
        // Patroni's own tags: only one of them is about reads
        row("replica", "running", "{'noloadbalance': true}", null, Map.of(), tagged()),
        row("replica", "running", "{'noloadbalance': 'true'}", null, Map.of(), tagged()),
        row("replica", "running", "{'noloadbalance': false}", null, Map.of(), TO_NODE2),
        row("replica", "running", "{'nofailover': true}", null, Map.of(), TO_NODE2),
        row("replica", "running", "{'nosync': true, 'clonefrom': true}", null, Map.of(), TO_NODE2),
        row("replica", "running", "{'failover_priority': 0}", null, Map.of(), TO_NODE2),
        row("replica", "running", "{'replicatefrom': 'node1'}", null, Map.of(), TO_NODE2));
  }

  /// Any tag is a label, whatever its type.
  private static Stream<Arguments> labels() {
    return Stream.of(
        row("replica", "running", "{'dc': 'east'}", null, Map.of("dc", "east"), TO_NODE2),
        row("replica", "running", "{'dc': 'east'}", null, Map.of("dc", "west"), "lacks the tag"),
        row("replica", "running", "{}", null, Map.of("dc", "east"), "lacks the tag dc=east"),
        row("replica", "running", "{'rack': 7}", null, Map.of("rack", "7"), TO_NODE2),
        row("replica", "running", "{'ssd': true}", null, Map.of("ssd", "true"), TO_NODE2),
        row("replica", "running", "{'ssd': false}", null, Map.of("ssd", "true"), "lacks the tag"),
        row("replica", "running", "{'a b': 'c d'}", null, Map.of("a b", "c d"), TO_NODE2),
        row(
            "replica",
            "running",
            "{'nofailover': true}",
            null,
            Map.of("nofailover", "true"),
            TO_NODE2),
        row("replica", "running", "{'x': [1]}", null, Map.of("x", "1"), "lacks the tag x=1"),
        row(
            "replica",
            "running",
            "{'dc': 'east', 'noloadbalance': true}",
            null,
            Map.of("dc", "east"),
            tagged()));
  }

  /// Who does not serve says so itself, whatever Patroni calls it; and who does is used, though
  /// Patroni is behind.
  private static Stream<Arguments> states() {
    return Stream.of(
        row(
            "replica",
            "starting",
            "{}",
            "the database system is starting up",
            Map.of(),
            "node2 the database system is starting up"),
        row("replica", "stopped", "{}", "connection refused", Map.of(), "node2 connection refused"),
        row(
            "replica",
            "stopping",
            "{}",
            "the database system is shutting down",
            Map.of(),
            "node2 the database system is shutting down"),
        row("replica", "crashed", "{}", "connection refused", Map.of(), "node2 connection refused"),
        row(
            "uninitialized",
            "creating replica",
            "{}",
            "connection refused",
            Map.of(),
            "node2 connection refused"),
        row(
            "replica",
            "start failed",
            "{}",
            "connection refused",
            Map.of(),
            "node2 connection refused"),
        row("replica", "starting", "{}", null, Map.of(), TO_NODE2));
  }

  private static String tagged() {
    return "node2 is tagged noloadbalance";
  }

  private static Arguments row(
      String role, String state, String tags, String dead, Map<String, String> wanted, String end) {
    String member =
        "'role': '%s', 'state': '%s', 'tags': %s".formatted(role, state, tags).replace('\'', '"');
    return arguments(member, dead, wanted, end);
  }

  @ParameterizedTest
  @MethodSource("members")
  void reads_byWhatIsSaidOfTheStandby(
      String member, String dead, Map<String, String> tags, String end) throws Exception {
    try (FakePatroni patroni = patroni("leader", member, "");
        ClusterMonitor monitor =
            monitor(patroni, node -> look(node, Role.PRIMARY, Role.STANDBY, dead))) {
      Topology topology = looked(monitor);
      assertThat(topology.leader().name()).isEqualTo("node1");
      assertThat(route(topology, ListenerRole.PRIMARY, Map.of())).isEqualTo("node1");
      assertThat(route(topology, ListenerRole.REPLICA, tags)).contains(end);
    }
  }

  /// A whole cluster that follows another one: it is read from, and takes no writes.
  @Test
  void standbyCluster_isReadFrom_andHoldsWrites() throws Exception {
    try (FakePatroni patroni =
            patroni("standby_leader", "\"role\": \"replica\", \"state\": \"running\"", "");
        ClusterMonitor monitor =
            monitor(patroni, node -> look(node, Role.STANDBY, Role.STANDBY, null))) {
      Topology topology = looked(monitor);
      assertThat(topology.leader()).isNull();
      assertThat(route(topology, ListenerRole.PRIMARY, Map.of())).contains("is a standby");
      assertThat(route(topology, ListenerRole.REPLICA, Map.of())).isIn("node1", "node2");
      assertThat(monitor.states()).containsEntry("node1", "running standby_leader");
    }
  }

  /// Nothing moves by itself, and who leads goes on.
  @Test
  void paused_withSynchronousStandby_andFailsafe_isTold() throws Exception {
    try (FakePatroni patroni =
            patroni(
                "leader",
                "\"role\": \"sync_standby\", \"state\": \"running\"",
                ", \"pause\": true");
        ClusterMonitor monitor =
            monitor(patroni, node -> look(node, Role.PRIMARY, Role.STANDBY, null))) {
      Topology topology = looked(monitor);
      assertThat(topology.leader().name()).isEqualTo("node1");
      assertThat(monitor.claims().paused()).isTrue();
      assertThat(monitor.claims().failsafe()).isTrue();
      assertThat(monitor.claims().synchronous()).containsExactly("node2");
    }
  }

  // ---- the cluster

  private static FakePatroni patroni(String role1, String member2, String more) throws Exception {
    FakePatroni patroni = new FakePatroni();
    String cluster =
        """
        {"members": [
          {"name": "node1", "role": "%s", "state": "running", "api_url": "%s/patroni",
           "host": "10.0.0.1", "port": 5432, "timeline": 1},
          {"name": "node2", %s, "host": "10.0.0.2", "port": 5432, "lag": "unknown"}]%s}
        """
            .formatted(role1, patroni.url(), member2, more);
    return patroni
        .says("/cluster", 200, cluster)
        .says("/primary", role1.equals("leader") ? 200 : 503, "{\"role\": \"primary\"}")
        .says("/config", 200, "{\"ttl\": 30, \"failsafe_mode\": true}");
  }

  private static Observation look(String node, Role role1, Role role2, String dead) {
    if (node.equals("node2") && dead != null) {
      return new Observation.Dead(node, Observation.Certainty.CERTAIN, dead);
    }
    Lsn here = new Lsn(100);
    Role role = node.equals("node1") ? role1 : role2;
    return new Observation.Alive(
        node, role, 1, here, here, null, null, false, 150_000, IDENTIFIER, 1_000_000, 0);
  }

  private interface Looks {
    Observation at(String node);
  }

  private static ClusterMonitor monitor(FakePatroni patroni, Looks looks) {
    var clocks = new ClusterMonitor.Clocks(InstantSource.system(), System::nanoTime);
    RestSettings rest =
        new RestSettings(
            List.of(patroni.url()),
            null,
            null,
            HttpsSettings.defaults(),
            Duration.ofMillis(100),
            Duration.ofSeconds(10));
    PatroniSettings settings =
        new PatroniSettings(null, "/service", null, rest, Duration.ofSeconds(30));
    return new ClusterMonitor(
        "main",
        new PatroniSource("main", settings, List.of(), clocks),
        member -> probe(member, looks),
        PACE,
        clocks);
  }

  private static Probe probe(DeclaredMember member, Looks looks) {
    return new Probe() {
      @Override
      public Observation look() {
        return looks.at(member.name());
      }

      @Override
      public void close() {
        // it has nothing open
      }
    };
  }

  /// The topology once both were looked at and Patroni has answered.
  private static Topology looked(ClusterMonitor monitor) {
    monitor.start();
    Waits.until(
        "all is known",
        () -> {
          Topology now = monitor.topologies().current();
          return now.members().size() == 2
              && monitor.claims() != null
              && !monitor.claims().isDoubtful()
              && now.members().stream()
                  .noneMatch(member -> member.reason().equals("not looked at yet"));
        });
    return monitor.topologies().current();
  }

  private static String route(Topology topology, ListenerRole role, Map<String, String> tags) {
    Router router = new Router(new Eligibility(0, Duration.ZERO, tags), Balancer.first());
    return switch (router.route(topology, role)) {
      case Route.To(var member) -> member.name();
      case Route.Hold(String reason) -> reason;
    };
  }
}
