package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.routing.Member;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Listeners of one cluster that choose among its members each in its own way: what a listener's
/// `routing` says counts, and the cluster's where it says nothing.
class ListenerRoutingIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  /// Places in the configuration below.
  private static final int IN_TURN = 0;

  private static final int LEAST = 1;
  private static final int FIRST_MEMBER = 2;
  private static final int NEAR = 3;
  private static final int ANY_LAG = 4;
  private static final int NOWHERE = 5;

  private static EmbeddedCluster servers;
  private ProxyServer proxy;
  private final List<RawClient> clients = new ArrayList<>();

  @BeforeAll
  static void startServers() throws IOException, SQLException {
    servers = EmbeddedCluster.create(2);
  }

  @AfterAll
  static void stopServers() throws IOException {
    servers.close();
  }

  @BeforeEach
  void start() {
    EmbeddedServer primary = servers.primary();
    EmbeddedServer standby = servers.member(servers.standbyNames().getFirst());
    proxy =
        Configured.start(
            """
            listeners:
              - { address: 127.0.0.1, port: 0, role: any, pool_mode: session }
              - { address: 127.0.0.1, port: 0, role: any, pool_mode: session,
                  routing: { balance: least-connections } }
              - { address: 127.0.0.1, port: 0, role: any, pool_mode: session,
                  tags: { place: first } }
              - { address: 127.0.0.1, port: 0, role: prefer-replica, pool_mode: session,
                  routing: { max_lag_bytes: 1KiB } }
              - { address: 127.0.0.1, port: 0, role: prefer-replica, pool_mode: session }
              - { address: 127.0.0.1, port: 0, role: replica, tags: { place: first } }
            clusters:
              main:
                members:
                  - { name: first, address: '127.0.0.1:%d', tags: { place: first } }
                  - { name: second, address: '127.0.0.1:%d' }
                probe: { user: postgres, password: postgres, interval: 50ms }
                hold: 500ms
                routing: { balance: round-robin }
            users: { postgres: { password: postgres } }
            admin: { users: { root: { password: r, role: admin } } }
            auth: { method: trust }
            runtime: { event_loops: 1 }
            """
                .formatted(primary.port(), standby.port()));
    awaitMembers(Member::alive);
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    proxy.close();
  }

  private void awaitMembers(Predicate<Member> condition) {
    Await.until(
        SOON,
        "the members are as they should be",
        () -> proxy.wiring().topologies("main").current().members().stream().allMatch(condition));
  }

  private Endpoint at(int listener) {
    int port = Configured.port(proxy, listener);
    return new Endpoint("127.0.0.1", port, "postgres", "postgres", "postgres");
  }

  /// Opens a session, which stays open, and says on which member.
  private String open(int listener) throws IOException {
    RawClient client = RawClient.login(at(listener));
    clients.add(client);
    boolean standby = "t".equals(client.query("SELECT pg_is_in_recovery()").value());
    return standby ? "second" : "first";
  }

  private List<String> open(int listener, int count) throws IOException {
    List<String> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(open(listener));
    }
    return members;
  }

  /// What `SHOW ROUTES` says of a listener, by the columns' names.
  private Map<String, String> route(int listener) throws SQLException {
    String console =
        "jdbc:postgresql://127.0.0.1:%d/trunkline?preferQueryMode=simple"
            .formatted(Configured.port(proxy, IN_TURN));
    try (Connection connection = DriverManager.getConnection(console, "root", "r");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW ROUTES")) {
      for (int i = 0; i <= listener; i++) {
        assertThat(rows.next()).as("listener " + i).isTrue();
      }
      Map<String, String> row = new HashMap<>();
      for (String column : List.of("role", "tags", "state", "members", "reason")) {
        row.put(column, rows.getString(column));
      }
      return row;
    }
  }

  @Test
  void showRoutes_ofEachListener_saysWhatIsItsOwn() throws Exception {
    assertThat(route(IN_TURN)).containsEntry("state", "open").containsEntry("tags", "");
    assertThat(route(IN_TURN).get("members")).isEqualTo("first, second");
    assertThat(route(FIRST_MEMBER))
        .containsEntry("tags", "place=first")
        .containsEntry("members", "first");
    assertThat(route(NEAR))
        .containsEntry("role", "prefer-replica")
        .containsEntry("members", "second")
        .containsEntry("reason", "");
    assertThat(route(NOWHERE))
        .containsEntry("role", "replica")
        .containsEntry("state", "hold")
        .containsEntry("members", "");
    assertThat(route(NOWHERE).get("reason")).contains("first");
  }

  @Test
  void login_noMemberToGoTo_isRefusedWithTheReason() {
    assertThatThrownBy(() -> open(NOWHERE))
        .isInstanceOfSatisfying(
            LoginRefused.class,
            refused -> {
              assertThat(refused.error().sqlState()).isEqualTo("57P03");
              assertThat(refused.error().fields())
                  .containsEntry('S', "FATAL")
                  .hasEntrySatisfying('D', why -> assertThat(why).contains("first"));
            });
  }

  @Test
  void balance_leastConnectionsBesideRoundRobin_eachItsOwn() throws Exception {
    assertThat(open(FIRST_MEMBER, 4)).containsOnly("first");
    assertThat(open(LEAST, 4)).as("until both have four").containsOnly("second");
    assertThat(open(FIRST_MEMBER, 4)).containsOnly("first");
    List<String> inTurn = open(IN_TURN, 4);
    assertThat(inTurn).as("whatever each has").containsOnly("first", "second");
    assertThat(inTurn.subList(2, 4)).isEqualTo(inTurn.subList(0, 2)).doesNotHaveDuplicates();
  }

  @Test
  void maxLag_oneListeners_bindsThatOneAlone() throws Exception {
    EmbeddedServer standby = servers.member(servers.standbyNames().getFirst());
    standby.execute("SELECT pg_wal_replay_pause()");
    try {
      servers
          .primary()
          .execute("CREATE TABLE far AS SELECT repeat('x', 1000) FROM generate_series(1, 100)");
      awaitMembers(member -> member.name().equals("first") || member.lagBytes() > 1024);
      assertThat(route(NEAR))
          .containsEntry("members", "first")
          .containsEntry("reason", "no standby is eligible, so the primary serves");
      assertThat(route(ANY_LAG)).containsEntry("members", "second").containsEntry("reason", "");
      assertThat(open(NEAR, 2)).containsOnly("first");
      assertThat(open(ANY_LAG, 2)).containsOnly("second");
    } finally {
      standby.execute("SELECT pg_wal_replay_resume()");
    }
  }
}
