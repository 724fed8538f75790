package io.trunkline.proxy.console;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What guests of the console see, and that it is so.
class ConsoleIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private static House house;

  @BeforeAll
  static void open() {
    house = new House(1);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static RawClient admin() throws IOException {
    return RawClient.login(house.console("admin"));
  }

  private static RawClient app() throws IOException {
    return RawClient.login(house.app());
  }

  /// The one row in which a column has this value.
  private static Map<String, String> row(String what, String column, String value)
      throws SQLException {
    List<Map<String, String>> rows =
        house.show(what).stream().filter(row -> value.equals(row.get(column))).toList();
    assertThat(rows).as("%s where %s is %s", what, column, value).hasSize(1);
    return rows.getFirst();
  }

  private static long total(String figure) throws SQLException {
    return Long.parseLong(row("STATS", "database", "app").get("total_" + figure));
  }

  // ---- what is shown

  @Test
  void pinned_client_isShownWithItsReason() throws Exception {
    try (RawClient client = app()) {
      client.query("LISTEN channel");
      Await.until(SOON, "it is known", () -> !house.show("PINNED").isEmpty());
      Map<String, String> pinned = row("PINNED", "addr", "127.0.0.1:" + client.localPort());
      assertThat(pinned)
          .containsEntry("user", "app")
          .containsEntry("database", "app")
          .containsEntry("member", "one")
          .containsEntry("reason", "channels it listens on");
      assertThat(pinned.get("since")).isNotNull();
      assertThat(Long.parseLong(pinned.get("pinned_us"))).isPositive();
      Map<String, String> server = row("SERVERS", "id", pinned.get("server"));
      assertThat(server)
          .containsEntry("state", "active")
          .containsEntry("link", "0x" + Integer.toHexString(Integer.parseInt(pinned.get("client"))))
          .containsEntry("remote_pid", pinned.get("remote_pid"));
      assertThat(row("CLIENTS", "id", pinned.get("client")))
          .containsEntry("state", "active")
          .containsEntry("link", server.get("ptr"))
          .containsEntry("reason", "pinned by channels it listens on");
      client.query("UNLISTEN *");
      Await.until(SOON, "it is free again", () -> house.show("PINNED").isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set_config(x, 'z', false) FROM (VALUES ('app.q')) v (x)",
        "SELECT set_config('app.large', repeat('x', 10000), false)"
      })
  void pinned_bySettingThatCannotBeCarried_untilDiscardAllSucceeds(String sql) throws Exception {
    try (RawClient client = app()) {
      client.query(sql);
      assertThat(pinnedNow(client)).hasSize(1);
      client.query("BEGIN");
      assertThat(client.query("DISCARD ALL").sqlState()).isEqualTo("25001");
      client.query("ROLLBACK");
      assertThat(pinnedNow(client)).as("nothing was discarded").hasSize(1);
      assertThat(client.ask(parse("", "DISCARD ALL"), bind("", ""), execute("", 0), sync()).tags())
          .endsWith("CZ");
      assertThat(pinnedNow(client)).isEmpty();
      client.query(sql);
      assertThat(pinnedNow(client)).hasSize(1);
      client.query("DISCARD ALL");
      assertThat(pinnedNow(client)).isEmpty();
    }
  }

  /// Who is pinned once it is known what the client's last statement has left behind: its next one
  /// waits for that.
  private static List<Map<String, String>> pinnedNow(RawClient client) throws Exception {
    client.query("SELECT 1");
    return house.show("PINNED");
  }

  @Test
  void waiting_client_isShown_andItsWaitCounted() throws Exception {
    try (RawClient holder = app();
        RawClient waiter = app()) {
      holder.query("BEGIN");
      waiter.send(query("SELECT 1"));
      Await.until(SOON, "it waits", () -> house.show("WAITING").size() == 1);
      Map<String, String> waiting = house.show("WAITING").getFirst();
      assertThat(waiting)
          .containsEntry("addr", "127.0.0.1:" + waiter.localPort())
          .containsEntry("reason", "all server connections of the pool are in use");
      assertThat(Long.parseLong(waiting.get("wait_us"))).isPositive();
      assertThat(row("POOLS", "database", "app"))
          .containsEntry("cl_active", "1")
          .containsEntry("cl_waiting", "1")
          .containsEntry("sv_active", "1")
          .containsEntry("sv_idle", "0")
          .containsEntry("pool_mode", "transaction");
      assertThat(row("CLIENTS", "id", waiting.get("client"))).containsEntry("state", "waiting");
      long waited = total("wait_time");
      holder.query("COMMIT");
      waiter.receiveUntilReady();
      assertThat(total("wait_time")).isGreaterThan(waited);
      assertThat(row("POOLS", "database", "app"))
          .containsEntry("cl_waiting", "0")
          .containsEntry("sv_active", "0")
          .containsEntry("sv_idle", "1");
    }
  }

  @Test
  void stats_countWhatWasDone() throws Exception {
    try (RawClient client = app()) {
      client.query("SELECT 1");
      long queries = total("query_count");
      long transactions = total("xact_count");
      long received = total("received");
      long sent = total("sent");
      long time = total("query_time");
      long transactionTime = total("xact_time");
      long assignments = total("server_assignment_count");
      client.query("BEGIN");
      client.query("SELECT pg_sleep(0.05)");
      client.query("COMMIT");
      assertThat(total("query_count")).isEqualTo(queries + 3);
      assertThat(total("xact_count")).isEqualTo(transactions + 1);
      assertThat(total("server_assignment_count")).isEqualTo(assignments + 1);
      assertThat(total("received") - received)
          .isEqualTo(
              query("BEGIN").length
                  + query("SELECT pg_sleep(0.05)").length
                  + query("COMMIT").length);
      assertThat(total("sent")).isGreaterThan(sent + 50);
      assertThat(total("query_time") - time).isBetween(50_000L, 10_000_000L);
      assertThat(total("xact_time") - transactionTime).isGreaterThan(total("query_time") - time);
    }
  }

  @Test
  void stats_countPreparedStatements() throws Exception {
    try (RawClient one = app();
        RawClient two = app()) {
      one.query("SELECT 1");
      long client = total("client_parse_count");
      long server = total("server_parse_count");
      long binds = total("bind_count");
      byte[] prepare = parse("name", "SELECT 'stats_countPreparedStatements'");
      one.ask(prepare, sync());
      two.ask(prepare, sync());
      two.ask(bind("", "name"), execute("", 0), sync());
      assertThat(total("client_parse_count")).isEqualTo(client + 2);
      assertThat(total("server_parse_count")).isEqualTo(server + 1);
      assertThat(total("bind_count")).isEqualTo(binds + 1);
    }
  }

  @Test
  void members_topology_routes_sayWhoIsWho() throws Exception {
    try (RawClient client = app()) {
      client.query("SELECT 1");
      assertThat(row("MEMBERS", "member", "one"))
          .containsEntry("role", "primary")
          .containsEntry("state", "up")
          .containsEntry("leader", "1")
          .hasEntrySatisfying(
              "started", since -> assertThat(since).matches("[-0-9]{10} [:0-9]{8} .*"));
      assertThat(row("TOPOLOGY", "cluster", "main"))
          .containsEntry("leader", "one")
          .containsEntry("members_alive", "1")
          .containsEntry("source", "configuration")
          .containsEntry("key_holder", null)
          .containsEntry("fence", "1")
          .containsEntry("fence_seen_on", "one");
      assertThat(row("ROUTES", "cluster", "main"))
          .containsEntry("role", "primary")
          .containsEntry("state", "open")
          .containsEntry("members", "one");
      assertThat(row("MEMBER_POOLS", "database", "app")).containsEntry("pool_size", "1");
    }
  }

  @Test
  void config_showsNoSecret_andPgbouncersNames() throws Exception {
    assertThat(row("CONFIG", "key", "default_pool_size")).containsEntry("value", "1");
    assertThat(row("CONFIG", "key", "max_client_conn")).containsEntry("value", "10000");
    assertThat(row("CONFIG", "key", "pool.size")).containsEntry("value", "1");
    assertThat(row("CONFIG", "key", "users.app.password")).containsEntry("value", "***");
    assertThat(row("CONFIG", "key", "clusters.main.probe.password")).containsEntry("value", "***");
  }

  @Test
  void clients_showTheConsoleToo() throws Exception {
    try (RawClient guest = admin()) {
      guest.query("SET application_name = 'watcher'");
      assertThat(row("CLIENTS", "application_name", "watcher"))
          .containsEntry("user", "admin")
          .containsEntry("database", "trunkline")
          .containsEntry("port", String.valueOf(guest.localPort()));
    }
  }

  @Test
  void replication_isShown() throws Exception {
    try (RawClient walsender =
        RawClient.login(
            house.app().as("postgres", "postgres"),
            Frontend.V3_0,
            Map.of("replication", "database"))) {
      walsender.query("IDENTIFY_SYSTEM");
      String port = String.valueOf(walsender.localPort());
      Map<String, String> client = row("CLIENTS", "port", port);
      assertThat(client).containsEntry("replication", "logical");
      assertThat(row("SERVERS", "link", client.get("ptr")))
          .containsEntry("replication", "logical")
          .containsEntry("database", "app");
    }
  }
}
