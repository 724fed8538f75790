package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.RawClient;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `SHOW ERRORS` and `SHOW TIMES`, after errors and with work that are known.
class FiguresIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final House house = new House(1);

  @AfterEach
  void close() {
    house.close();
  }

  private Map<String, String> error(String origin, String sqlState) throws SQLException {
    return house.show("ERRORS").stream()
        .filter(row -> row.get("origin").equals(origin))
        .filter(row -> row.get("sqlstate").equals(sqlState))
        .findFirst()
        .orElse(Map.of());
  }

  private Map<String, String> time(String what) throws SQLException {
    return house.show("TIMES").stream()
        .filter(row -> row.get("time").equals(what))
        .findFirst()
        .orElseThrow();
  }

  private long count(String what) throws SQLException {
    return Long.parseLong(time(what).get("count"));
  }

  @Test
  void errors_ofEveryOrigin_areShownTheLatestFirst() throws Exception {
    assertThat(house.show("ERRORS")).isEmpty();
    try (RawClient client = RawClient.login(house.app())) {
      client.query("SELECT 1 / 0");
      client.query("SELECT 1 / 0");
      client.query("SELECT 'of nobody else'::int");
      client.send(new byte[] {'Q', 0, 0, 0, 1});
      Await.until(SOON, "it is told", () -> !error("proxy", "08P01").isEmpty());
    }
    assertThatThrownBy(() -> RawClient.login(house.app().as("app", "wrong")))
        .isInstanceOf(LoginRefused.class);
    assertThat(error("server", "22012")).containsEntry("count", "2").containsEntry("message", null);
    assertThat(error("server", "22P02"))
        .as("what a query said is not shown")
        .containsEntry("count", "1")
        .containsEntry("message", null);
    assertThat(error("proxy", "08P01").get("message")).contains("length");
    assertThat(error("login", "28P01"))
        .containsEntry("count", "1")
        .containsEntry("message", "password authentication failed for user \"app\"");
    List<Map<String, String>> all = house.show("ERRORS");
    assertThat(all.getFirst()).containsEntry("origin", "login");
    assertThat(all).extracting(row -> row.get("last")).doesNotContainNull();
  }

  @Test
  void times_ofKnownWork_areShown() throws Exception {
    assertThat(house.show("TIMES"))
        .extracting(row -> row.get("time"))
        .containsExactly("queue", "connect", "first_byte", "total", "drain");
    assertThat(time("total"))
        .containsEntry("count", "0")
        .containsEntry("avg_us", null)
        .containsEntry("p50_us", null)
        .containsEntry("max_us", null);
    try (RawClient client = RawClient.login(house.app())) {
      for (int i = 0; i < 20; i++) {
        client.query("SELECT 1");
      }
      client.query("SELECT pg_sleep(0.1)");
    }
    Await.until(SOON, "all is counted", () -> count("total") == 21);
    assertThat(count("queue")).isPositive();
    assertThat(count("connect")).isEqualTo(1);
    assertThat(count("first_byte")).isEqualTo(21);
    Map<String, String> total = time("total");
    long max = Long.parseLong(total.get("max_us"));
    assertThat(max).isGreaterThan(100_000);
    assertThat(Long.bitCount(max)).as("a bound").isEqualTo(1);
    assertThat(Long.parseLong(total.get("p50_us"))).isPositive().isLessThanOrEqualTo(max);
    assertThat(Long.parseLong(total.get("avg_us"))).isBetween(100_000L / 21, max);
  }
}
