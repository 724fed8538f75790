package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `SET` does to clients that come next, to their servers and to the log, with Debian's
/// PgBouncer (1.18) and with Trunkline; what it does to those who are here, [PresentClientsIT] and
/// [AttemptsUnderWayIT] show. Each test would fail if the option did nothing.
class SetOptionsIT extends OnPair {
  private static final String TOO_MANY = "sorry, too many clients already";

  private final Endpoint postgres = Postgres.shared().app().as("postgres", "postgres");

  SetOptionsIT() {
    super("stats_period = 1\nlog_stats = 0\n");
  }

  @BeforeAll
  void prepare() throws Exception {
    sql("CREATE TABLE noted (what text)");
    sql("GRANT ALL ON noted TO app");
  }

  @AfterAll
  void tidy() throws IOException {
    sql("DROP TABLE IF EXISTS noted");
  }

  private String sql(String sql) throws IOException {
    try (RawClient client = RawClient.login(postgres)) {
      var answer = client.query(sql);
      assertThat(answer.sqlState()).as(sql).isEqualTo("00000");
      return answer.rows().isEmpty() ? "" : answer.value();
    }
  }

  private void refuses(Side side, String words) {
    assertThatThrownBy(() -> app(side).close())
        .isInstanceOfSatisfying(
            LoginRefused.class, refused -> assertThat(refused).hasMessageContaining(words));
  }

  // ---- clients

  @ParameterizedTest
  @EnumSource
  void maxClientConn_refusesWhoComesNext(Side side) throws Exception {
    try (RawClient first = app(side)) {
      pair.command(side, "SET max_client_conn = 1");
      refuses(side, side == Side.OURS ? TOO_MANY : "no more connections allowed");
      assertThat(first.query("SELECT 1").value()).isEqualTo("1");
      pair.command(
          side, "SET max_client_conn = 10"); // the console's guests count, until they have left
      app(side).close();
    }
  }

  /// 1.18 has neither.
  @ParameterizedTest
  @ValueSource(strings = {"max_user_client_connections", "max_db_client_connections"})
  void maxClientsOfSomebody_refusesWhoComesNext(String option) throws Exception {
    try (RawClient first = app(Side.OURS)) {
      pair.command(Side.OURS, "SET %s = 1".formatted(option));
      refuses(Side.OURS, TOO_MANY);
      pair.command(Side.OURS, "SET %s = 10".formatted(option));
      app(Side.OURS).close();
      assertThat(first.query("SELECT 1").value()).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void applicationNameAddHost_holdsForWhoComesNext(Side side) throws Exception {
    pair.command(side, "SET application_name_add_host = 1");
    Map<String, String> named = Map.of("application_name", "till");
    try (RawClient client = RawClient.login(pair.at(side, "app", "app"), Frontend.V3_0, named)) {
      assertThat(client.query("SHOW application_name").value())
          .isEqualTo("till - 127.0.0.1:" + client.localPort());
    }
  }

  /// Ours takes them all, unless it is told to drop one.
  @ParameterizedTest
  @EnumSource
  void ignoreStartupParameters_dropsThoseOfWhoComesNext(Side side) throws Exception {
    pair.command(side, "SET ignore_startup_parameters = 'geqo'");
    Map<String, String> wish = Map.of("geqo", "off");
    try (RawClient client = RawClient.login(pair.at(side, "app", "app"), Frontend.V3_0, wish)) {
      assertThat(client.query("SHOW geqo").value()).isEqualTo("on");
    }
  }

  /// 1.18 does not have it.
  @Test
  void queryWaitNotify_isToldToWhoWaits() throws Exception {
    pair.command(Side.OURS, "SET default_pool_size = 1");
    pair.command(Side.OURS, "SET query_wait_notify = 600");
    try (RawClient busy = app(Side.OURS);
        RawClient waits = app(Side.OURS)) {
      busy.query("BEGIN");
      waits.send(Frontend.query("SELECT 1"));
      pair.command(Side.OURS, "SET query_wait_notify = 1");
      assertThat(waits.receiveUntil('N')).isNotEmpty();
    }
  }

  // ---- servers

  private boolean isNoted(String what) throws IOException {
    return !sql("SELECT count(*) FROM noted WHERE what = '%s'".formatted(what)).equals("0");
  }

  @ParameterizedTest
  @EnumSource
  void serverResetQuery_always_isRunAfterEachTransaction(Side side) throws Exception {
    String note = "reset by " + side;
    try (RawClient client = app(side)) {
      pair.command(
          side, "SET server_reset_query = 'INSERT INTO noted VALUES ($$%s$$)'".formatted(note));
      pair.command(side, "SET server_reset_query_always = 1");
      client.query("SELECT 1");
      Await.until(SOON, note, () -> isNoted(note));
    }
  }

  @ParameterizedTest
  @EnumSource
  void serverCheckQuery_isRunBeforeTheNextTransaction(Side side) throws Exception {
    String note = "checked by " + side;
    try (RawClient client = app(side)) {
      client.query("SELECT 1");
      pair.command(
          side, "SET server_check_query = 'INSERT INTO noted VALUES ($$%s$$)'".formatted(note));
      pair.command(side, "SET server_check_delay = '0.001'");
      Await.until(
          SOON,
          note,
          () ->
              client.query("SELECT 2").value().equals("2")
                  && isNoted(note)); // theirs looks at times
    }
  }

  // ---- the log

  /// What is done once while nothing is to be said of it, and once more while it is, is said once.
  @ParameterizedTest
  @CsvSource({
    "log_disconnections, app/app@127.0.0.1, closing because: client",
    "log_connections, app/app@127.0.0.1, login attempt",
    "log_pooler_errors, WARNING C-, pooler error"
  })
  void logOption_off_saysNothing(String option, String who, String words) throws Exception {
    for (Side side : Side.values()) {
      pair.command(side, "SET %s = 0".formatted(option));
      visit(side);
      pair.command(side, "SET %s = 1".formatted(option));
      long before = said(side, who, words);
      visit(side);
      Await.until(SOON, side + ": " + words, () -> said(side, who, words) > before);
      assertThat(said(side, who, words) - before).as(side.name()).isEqualTo(1);
    }
  }

  private long said(Side side, String who, String words) throws IOException {
    return pair.log(side)
        .lines()
        .filter(line -> line.contains(who) && line.contains(words))
        .count();
  }

  /// One who comes and goes, and one who is not let in.
  private void visit(Side side) throws Exception {
    try (RawClient client = app(side)) {
      client.query("SELECT 1");
    }
    assertThatThrownBy(() -> RawClient.login(pair.at(side, "nobody", "app")).close())
        .isInstanceOf(LoginRefused.class);
    Await.until(
        SOON,
        "it has left",
        () ->
            pair.show(side, "CLIENTS").records().stream()
                .noneMatch(row -> row.get("user").equals("app")));
  }

  @ParameterizedTest
  @EnumSource
  void logStats_on_saysThemEachPeriod(Side side) throws Exception {
    assertThat(said(side, "LOG stats: ", "xacts/s")).isZero();
    pair.command(side, "SET log_stats = 1");
    Await.until(SOON, "they are said", () -> said(side, "LOG stats: ", "xacts/s") > 0);
  }

  @ParameterizedTest
  @EnumSource
  void verbose_saysMore(Side side) throws Exception {
    assertThat(said(side, " DEBUG ", "-0x")).isZero();
    pair.command(side, "SET verbose = 1");
    pair.command(side, "SHOW LISTS");
    Await.until(SOON, "it says more", () -> said(side, " DEBUG ", "-0x") > 0);
    pair.command(side, "SET verbose = 0");
  }
}
