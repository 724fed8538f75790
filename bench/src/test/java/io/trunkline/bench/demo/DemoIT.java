package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trunkline.bench.demo.Chronicle.Event;
import io.trunkline.bench.demo.ProxyView.MemberLine;
import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.Ports;
import io.trunkline.protocol.NanoTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private static EmbeddedCluster cluster;
  private static DemoProxy proxy;
  private static DemoClients clients;
  private static Chronicle chronicle;
  private static Supervisor supervisor;

  @BeforeAll
  static void start() throws Exception {
    cluster = DemoCluster.create(_ -> {});
    proxy = DemoProxy.start(Ports.free(), DemoCluster.addresses(cluster));
    clients = DemoClients.start(proxy.ports(), NanoTime.SYSTEM);
    chronicle = new Chronicle(clients, NanoTime.SYSTEM);
    var console = new DemoConsole(proxy.ports().writes(), DEADLINE);
    var story = new Story(InstantSource.system());
    supervisor = new Supervisor(cluster, console, Duration.ofMillis(500), story, chronicle::begin);
  }

  @AfterAll
  static void stop() throws Exception {
    supervisor.close();
    clients.close();
    proxy.close();
    cluster.close();
  }

  @BeforeEach
  void awaitAllMembers() {
    await().atMost(DEADLINE).until(() -> roles().equals(List.of("primary", "standby", "standby")));
  }

  private static List<String> roles() {
    return proxy.members().stream()
        .filter(MemberLine::alive)
        .map(MemberLine::role)
        .sorted()
        .toList();
  }

  @Test
  void client_onTheWritePort_reachesThePrimary() throws SQLException {
    assertThat(column(app(proxy.ports().writes()), "SELECT pg_is_in_recovery()", 1))
        .containsExactly("f");
  }

  @Test
  void client_onTheReadPort_reachesAStandby() throws SQLException {
    assertThat(column(app(proxy.ports().reads()), "SELECT pg_is_in_recovery()", 1))
        .containsExactly("t");
  }

  @Test
  void console_ofTheDemo_showsMembersPoolsAndClients() throws SQLException {
    String console = url(proxy.ports().writes(), "admin", "trunkline");

    assertThat(column(console, "SHOW MEMBERS", "member")).containsExactly("pg1", "pg2", "pg3");
    assertThat(column(console, "SHOW POOLS", "database")).contains("app");
    await()
        .atMost(DEADLINE) // the driver names itself once it is connected
        .until(() -> column(console, "SHOW CLIENTS", "application_name").contains("demo"));
  }

  @Test
  void primary_killed_writersGoOnAndItComesBack() {
    String victim = cluster.primaryName();

    supervisor.killPrimary();

    await().atMost(DEADLINE).until(() -> supervisor.undone().isEmpty());
    assertThat(cluster.primaryName()).isNotEqualTo(victim);
    awaitWritesTo(cluster.primary().port());
    await().atMost(DEADLINE).until(() -> cluster.member(victim).isRunning());
    awaitAllMembers();
    Event kill = event("kill of " + victim);
    assertThat(kill.writers().longestPause()).isGreaterThan(Duration.ofSeconds(1));
    assertThat(kill.writers().errors().keySet())
        .isSubsetOf("08006", "08007", "40001", "57P01", "57P03");
    assertThat(kill.readers().errors()).isEmpty();
  }

  @Test
  void switchover_withAPause_costsNoErrors() {
    String former = cluster.primaryName();

    supervisor.switchOver();

    await().atMost(DEADLINE).until(() -> supervisor.undone().isEmpty());
    assertThat(cluster.primaryName()).isNotEqualTo(former);
    awaitWritesTo(cluster.primary().port());
    Event switchover = event("switchover from %s to %s".formatted(former, cluster.primaryName()));
    assertThat(switchover.writers().errors()).isEmpty();
    assertThat(switchover.readers().errors()).isEmpty();
  }

  private static void awaitWritesTo(int server) {
    long before = writesTo(server);
    await().atMost(DEADLINE).until(() -> writesTo(server) > before);
  }

  private static long writesTo(int server) {
    return clients.writes().answersByServer().getOrDefault(server, 0L);
  }

  private static Event event(String what) {
    return chronicle.events().reversed().stream()
        .filter(event -> event.what().equals(what))
        .findFirst()
        .orElseThrow();
  }

  private static String app(int port) {
    return url(port, "app", "app");
  }

  private static String url(int port, String user, String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&password=%s"
        .formatted(port, database, user, user);
  }

  private static List<String> column(String url, String sql, String name) throws SQLException {
    return rows(url, sql, row -> row.getString(name));
  }

  private static List<String> column(String url, String sql, int number) throws SQLException {
    return rows(url, sql, row -> row.getString(number));
  }

  private interface Column {
    String of(ResultSet row) throws SQLException;
  }

  private static List<String> rows(String url, String sql, Column column) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(column.of(rows));
      }
      return values;
    }
  }
}
