package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.proxy.ProxyServer;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.routing.Member;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether `EXPLAIN ROUTE` says of a client what happens to one.
class RouteExplanationIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final List<String> ROLES =
      List.of("primary", "replica", "prefer-replica", "any", "tagged", "nowhere", "side", "md5");

  private static EmbeddedCluster servers;
  private static Map<String, Integer> ports;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws Exception {
    servers = EmbeddedCluster.create(2);
    Endpoint side = Postgres.shared().app();
    int first = servers.primary().port();
    int second = servers.member(servers.standbyNames().getFirst()).port();
    ports = Map.of("first", first, "second", second, "lone", side.port());
    proxy =
        Configured.start(
            """
            listeners:
              - { address: 127.0.0.1, port: 0, cluster: main }
              - { address: 127.0.0.1, port: 0, cluster: main, role: replica }
              - { address: 127.0.0.1, port: 0, cluster: main, role: prefer-replica }
              - { address: 127.0.0.1, port: 0, cluster: main, role: any, pool_mode: session,
                  pool: { size: 7 } }
              - { address: 127.0.0.1, port: 0, cluster: main, role: any, tags: { place: a } }
              - { address: 127.0.0.1, port: 0, cluster: main, role: replica, tags: { place: a } }
              - { address: 127.0.0.1, port: 0, cluster: side, role: primary }
              - { address: 127.0.0.1, port: 0, cluster: main, auth_method: md5 }
            clusters:
              main:
                members:
                  - { name: first, address: '127.0.0.1:%d', tags: { place: a } }
                  - { name: second, address: '127.0.0.1:%d' }
                probe: { user: postgres, password: postgres, interval: 50ms }
                hold: 300ms
              side:
                members: [{ name: lone, address: '%s:%d' }]
                probe: { user: probe, password: probe, database: postgres }
            databases:
              postgres: {}
              alias: { dbname: postgres, user: postgres, password: postgres,
                       pool_mode: session, pool: { size: 3 } }
              elsewhere: { cluster: side, dbname: app, user: app, password: app }
            users:
              postgres: { password: postgres }
              few: { max_client_connections: 1 }
              app: { password: app, pool_mode: statement, pool: { size: 2, min_size: 1 } }
            admin:
              users:
                admin: { password: admin, role: admin }
                stats: { password: stats }
            auth: { method: trust }
            """
                .formatted(first, second, side.host(), side.port()));
    for (String cluster : List.of("main", "side")) {
      Await.until(
          SOON,
          "the members are known",
          () -> {
            var topology = proxy.wiring().topologies(cluster).current();
            return topology.leader() != null && topology.members().stream().allMatch(Member::alive);
          });
    }
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    servers.close();
  }

  private static int port(String role) {
    return Configured.port(proxy, ROLES.indexOf(role));
  }

  /// The steps, as an admin is told them.
  private static List<Map<String, String>> explain(
      String user, String database, int port, String mode) throws SQLException {
    return rows("EXPLAIN ROUTE \"%s\" \"%s\" %d".formatted(user, database, port), mode);
  }

  private static List<Map<String, String>> rows(String command, String mode) throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:%d/trunkline?%s".formatted(port("primary"), mode);
    try (Connection console = DriverManager.getConnection(url, "stats", "stats");
        var statement = console.createStatement();
        ResultSet rows = statement.executeQuery(command)) {
      return House.rows(rows);
    }
  }

  private static List<Map<String, String>> explain(String user, String database, String role)
      throws SQLException {
    return explain(user, database, port(role), "preferQueryMode=simple");
  }

  private static Map<String, String> step(List<Map<String, String>> steps, String step) {
    return steps.stream().filter(row -> row.get("step").equals(step)).findFirst().orElseThrow();
  }

  private static Map<String, String> route(String user, String database, String role)
      throws SQLException {
    Map<String, String> last = explain(user, database, role).getLast();
    assertThat(last).containsEntry("step", "route");
    return last;
  }

  private static RawClient login(String user, String database, String role) throws IOException {
    var there = new Endpoint("127.0.0.1", port(role), user, user, database);
    return RawClient.login(there).patience(SOON);
  }

  /// What becomes of a real client: the port of its server, or the error.
  private static Answer land(String user, String database, String role) throws IOException {
    try (RawClient client = login(user, database, role)) {
      return client.query("SELECT inet_server_port()");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "postgres, postgres, primary, first",
    "postgres, postgres, replica, second",
    "postgres, postgres, prefer-replica, second",
    "postgres, postgres, any, 'first, second'",
    "postgres, postgres, tagged, first",
    "anybody, alias, primary, first",
    "anybody, alias, replica, second",
    "anybody, elsewhere, primary, lone",
    "postgres, elsewhere, side, lone",
    "postgres, postgres, md5, first",
  })
  void route_ofAClientThatMayGo_isWhereItLands(
      String user, String database, String role, String members) throws Exception {
    assertThat(route(user, database, role)).containsEntry("what", members);
    Set<Integer> told = new TreeSet<>();
    Arrays.stream(members.split(", ", -1)).map(ports::get).forEach(told::add);
    Set<Integer> landed = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      landed.add(Integer.valueOf(land(user, database, role).value()));
    }
    assertThat(told).containsAll(landed);
  }

  @ParameterizedTest
  @CsvSource({
    "postgres, missing, primary",
    "anybody, missing, replica",
    "anybody, postgres, md5",
    "anybody, missing, md5",
    "anybody, trunkline, primary"
  })
  void route_ofAClientThatIsRefused_hasTheWordsItGets(String user, String database, String role)
      throws Exception {
    Map<String, String> route = route(user, database, role);
    assertThat(route).containsEntry("what", "refused");
    assertThatThrownBy(() -> land(user, database, role))
        .isInstanceOfSatisfying(
            LoginRefused.class,
            refused ->
                assertThat(route.get("why"))
                    .isEqualTo(refused.sqlState() + ": " + refused.error().fields().get('M')));
  }

  @Test
  void route_thatLeadsNowhere_waitsForTheSameReason() throws Exception {
    List<Map<String, String>> steps = explain("postgres", "postgres", "nowhere");
    assertThat(steps.getLast()).containsEntry("what", "waits");
    assertThat(steps)
        .contains(
            Map.of("step", "member", "what", "first", "why", "is a primary"),
            Map.of("step", "member", "what", "second", "why", "lacks the tag place=a"));
    String why = steps.getLast().get("why").replace(", for at most 300ms (hold)", "");
    assertThatThrownBy(() -> land("postgres", "postgres", "nowhere"))
        .isInstanceOfSatisfying(
            LoginRefused.class,
            refused -> assertThat(refused.error().fields().get('D')).endsWith(": " + why + "."));
  }

  @Test
  void route_whilePaused_waits() throws Exception {
    Endpoint console = new Endpoint("127.0.0.1", port("primary"), "admin", "admin", "trunkline");
    try (RawClient admin = RawClient.login(console)) {
      admin.query("PAUSE alias");
      Map<String, String> paused = route("postgres", "postgres", "primary");
      assertThat(paused).as("they share a pool").containsEntry("what", "waits");
      assertThat(paused.get("why")).contains("RESUME").endsWith("first");
      assertThat(route("app", "elsewhere", "primary")).containsEntry("what", "lone");
      admin.query("RESUME alias");
      assertThat(route("postgres", "postgres", "primary")).containsEntry("what", "first");
      admin.query("DISABLE alias");
      assertThat(route("postgres", "alias", "primary")).containsEntry("what", "refused");
      assertThatThrownBy(() -> land("postgres", "alias", "primary"))
          .isInstanceOf(LoginRefused.class);
      admin.query("ENABLE alias");
      admin.query("MAINT second");
      assertThat(route("postgres", "postgres", "prefer-replica"))
          .containsEntry("what", "first")
          .containsEntry("why", "no standby is eligible, so the primary serves");
      assertThat(land("postgres", "postgres", "prefer-replica").value())
          .isEqualTo(String.valueOf(ports.get("first")));
      admin.query("READY second");
    }
  }

  @Test
  void route_ofOneClientTooMany_isRefusedAsThatIs() throws Exception {
    assertThat(route("few", "alias", "primary")).containsEntry("what", "first");
    try (RawClient only = login("few", "alias", "primary")) {
      assertThat(only.query("SELECT 1").value()).isEqualTo("1");
      assertThat(route("few", "alias", "primary"))
          .containsEntry("what", "refused")
          .containsEntry("why", "53300: sorry, too many clients already (user \"few\" allows 1.)");
      assertThatThrownBy(() -> land("few", "alias", "primary"))
          .isInstanceOfSatisfying(
              LoginRefused.class,
              refused ->
                  assertThat(refused.error().fields())
                      .containsEntry('C', "53300")
                      .containsEntry('D', "user \"few\" allows 1."));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "postgres, postgres, primary, transaction, 20",
    "postgres, postgres, any, session, 7",
    "anybody, alias, any, session, 3",
    "app, alias, any, statement, 2"
  })
  void pool_isWhatTheRealOneIsLike(
      String user, String database, String role, String mode, String size) throws Exception {
    assertThat(step(explain(user, database, role), "pool").get("why"))
        .startsWith("pool_mode %s, size %s,".formatted(mode, size));
    try (RawClient client = login(user, database, role)) {
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      assertThat(rows("SHOW MEMBER_POOLS", "preferQueryMode=simple"))
          .extracting(row -> row.get("pool_size"))
          .contains(size);
      assertThat(rows("SHOW POOLS", "preferQueryMode=simple"))
          .filteredOn(row -> !row.get("cl_active").equals("0"))
          .extracting(row -> row.get("pool_mode"))
          .contains(mode);
    }
  }

  @Test
  void steps_areToldInOrder() throws Exception {
    List<Map<String, String>> steps = explain("app", "alias", "any");
    assertThat(steps)
        .extracting(row -> row.get("step"))
        .containsExactly(
            "listener", "database", "user", "pool", "member", "member", "balance", "route");
    assertThat(step(steps, "listener"))
        .containsEntry("what", "127.0.0.1:" + port("any"))
        .containsEntry("why", "role any, pool_mode session");
    assertThat(step(steps, "user").get("why")).startsWith("trust");
    assertThat(step(steps, "pool")).containsEntry("what", "postgres@postgres in main");
    assertThat(step(steps, "balance")).containsEntry("what", "least-connections");
    assertThat(explain("app", "alias", port("any"), "preferQueryMode=extended")).isEqualTo(steps);
    assertThat(explain("app", "alias", port("any"), "prepareThreshold=1")).isEqualTo(steps);
  }

  @Test
  void user_whomOthersDecideAbout_isLeftOpen() throws Exception {
    String yaml =
        """
        listeners: [{ address: 127.0.0.1, port: 0 }]
        clusters:
          main:
            members: [{ name: lone, address: '127.0.0.1:%d' }]
            probe: { user: postgres, password: postgres }
        databases: { '*': {} }
        admin: { users: { stats: { password: stats } } }
        auth:
          hba: [ 'host trunkline all 127.0.0.1/32 password', 'host all all 127.0.0.1/32 trust' ]
          query_user: postgres
          query_password: postgres
        """
            .formatted(ports.get("first"));
    try (ProxyServer other = Configured.start(yaml)) {
      Await.until(
          SOON,
          "the leader is known",
          () -> other.wiring().topologies("main").current().leader() != null);
      int port = Configured.port(other, 0);
      var console = new Endpoint("127.0.0.1", port, "stats", "stats", "trunkline");
      try (RawClient guest = RawClient.login(console);
          RawClient client =
              RawClient.login(new Endpoint("127.0.0.1", port, "postgres", "", "postgres"))) {
        List<List<String>> steps = guest.query("EXPLAIN ROUTE postgres postgres " + port).rows();
        assertThat(steps)
            .contains(
                List.of("database", "postgres", "is not listed, so \"*\" counts"),
                List.of(
                    "user",
                    "postgres",
                    "the HBA file says how it proves who it is; auth.query is asked for its secret,"
                        + " as postgres in the database postgres of the cluster main; a server is"
                        + " asked whether the role may log in"));
        assertThat(steps.getLast()).containsExactly("route", "lone", "no other will do");
        assertThat(client.query("SELECT inet_server_port()").value())
            .isEqualTo(String.valueOf(ports.get("first")));
      }
    }
  }

  @Test
  void console_isNamed() throws Exception {
    assertThat(route("stats", "pgbouncer", "replica")).containsEntry("what", "console");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXPLAIN ROUTE a b 0",
        "EXPLAIN ROUTE a b 70000",
        "EXPLAIN ROUTE a b c",
        "EXPLAIN ROUTE a \"\" 5000",
        "EXPLAIN ROUTE a b",
        "EXPLAIN SELECT 1"
      })
  void arguments_wrong_areNamed(String command) throws Exception {
    assertThat(error(command).fields()).containsEntry('C', "42601");
  }

  @Test
  void port_withoutListener_isNamedBesideThoseThatThereAre() throws Exception {
    Message error = error("EXPLAIN ROUTE a b " + ports.get("first"));
    assertThat(error.fields())
        .containsEntry('C', "42704")
        .containsEntry('M', "no listener at port " + ports.get("first"));
    assertThat(error.fields().get('D')).contains(String.valueOf(port("any")));
  }

  private static Message error(String command) throws IOException {
    Endpoint console = new Endpoint("127.0.0.1", port("primary"), "stats", "stats", "trunkline");
    try (RawClient guest = RawClient.login(console)) {
      return guest.query(command).messages().stream()
          .filter(message -> message.tag() == 'E')
          .findFirst()
          .orElseThrow();
    }
  }
}
