package io.trunkline.proxy.console;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Listeners whose pools have other settings, used with the same database by the same user.
class ListenerPoolsIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int SESSION = 0;
  private static final int TRANSACTION = 1;
  private static final int IMPATIENT = 2;

  private static final String LISTENERS =
      """
      { address: 127.0.0.1, port: 0, pool_mode: session,
        pool: { size: 1, reset_query: "SET statement_timeout = '77s'" } },
      { address: 127.0.0.1, port: 0, pool_mode: transaction },
      { address: 127.0.0.1, port: 0, pool_mode: transaction, pool: { query_timeout: 100ms } }
      """;

  private final House house = new House(LISTENERS, 2);

  @AfterEach
  void close() {
    house.close();
  }

  private RawClient login(int listener) throws IOException {
    return RawClient.login(house.app(listener)).patience(SOON);
  }

  /// What is shown of the pools for the one database and user.
  private List<Map<String, String>> pools(String table) throws SQLException {
    return house.show(table).stream().filter(row -> row.get("database").equals("app")).toList();
  }

  private Map<String, String> pool(String mode) throws SQLException {
    List<Map<String, String>> found =
        pools("POOLS").stream().filter(row -> row.get("pool_mode").equals(mode)).toList();
    assertThat(found).as("pools in %s mode", mode).hasSize(1);
    return found.getFirst();
  }

  @Test
  void sizes_ofTwoListeners_areBothKept() throws Exception {
    try (RawClient session = login(SESSION);
        RawClient one = login(TRANSACTION);
        RawClient two = login(TRANSACTION);
        RawClient three = login(IMPATIENT)) {
      assertThat(session.query("SELECT 1").value()).isEqualTo("1");
      one.query("BEGIN");
      two.query("BEGIN");
      three.send(query("SELECT 3"));
      Await.until(SOON, "one waits", () -> pool("transaction").get("cl_waiting").equals("1"));
      assertThat(pool("transaction"))
          .containsEntry("user", "app")
          .containsEntry("cl_active", "2")
          .containsEntry("sv_active", "2");
      assertThat(pool("session"))
          .containsEntry("user", "app")
          .containsEntry("cl_active", "1")
          .containsEntry("cl_waiting", "0")
          .containsEntry("sv_active", "1");
      assertThat(pools("MEMBER_POOLS"))
          .extracting(row -> row.get("pool_size"))
          .containsExactlyInAnyOrder("1", "2");
      one.query("COMMIT");
      three.receiveUntilReady();
    }
  }

  @Test
  void resetQuery_ofOneListener_isNotTheOthers() throws Exception {
    try (RawClient first = login(SESSION)) {
      first.query("SET work_mem = '9MB'");
    }
    try (RawClient second = login(SESSION)) {
      assertThat(second.query("SHOW statement_timeout").value()).isEqualTo("77s");
    }
    try (RawClient other = login(TRANSACTION)) {
      assertThat(other.query("SHOW statement_timeout").value()).isNotEqualTo("77s");
    }
  }

  @Test
  void queryTimeout_ofOneListener_isNotTheOthersThoughTheyShareAPool() throws Exception {
    try (RawClient patient = login(TRANSACTION);
        RawClient impatient = login(IMPATIENT)) {
      assertThat(patient.query("SELECT pg_sleep(0.5)").sqlState()).isEqualTo("00000");
      assertThat(impatient.query("SELECT pg_sleep(60)").sqlState()).isEqualTo("57014");
      assertThat(pools("POOLS")).hasSize(1);
    }
  }

  @Test
  void pools_leftForLong_areShownNoMore_andMadeAgain() throws Exception {
    try (RawClient session = login(SESSION);
        RawClient transaction = login(TRANSACTION)) {
      session.query("SELECT 1");
      transaction.query("SELECT 1");
    }
    Await.until(SOON, "both have left", () -> active() == 0);
    assertThat(pools("POOLS"))
        .as("still known, with their modes")
        .extracting(row -> row.get("pool_mode"))
        .containsExactlyInAnyOrder("session", "transaction");
    house.poolsAfter(Duration.ofMinutes(11)); // closes the servers
    house.poolsAfter(Duration.ofMinutes(13));
    assertThat(pools("POOLS")).isEmpty();
    try (RawClient again = login(SESSION)) {
      assertThat(again.query("SELECT 1").value()).isEqualTo("1");
      assertThat(pool("session")).containsEntry("sv_active", "1");
    }
  }

  private int active() throws SQLException {
    return pools("POOLS").stream()
        .map(row -> Integer.parseInt(row.get("cl_active")))
        .max(Comparator.naturalOrder())
        .orElse(0);
  }
}
