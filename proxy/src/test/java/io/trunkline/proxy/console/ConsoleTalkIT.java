package io.trunkline.proxy.console;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.closeStatement;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.describeStatement;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How the console speaks, to raw clients that make mistakes and to those people use.
class ConsoleTalkIT {
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

  @Test
  void query_severalCommands_areAnsweredInOrder_upToTheFirstError() throws Exception {
    try (RawClient guest = admin()) {
      Answer answer = guest.query("SET datestyle = ISO; SHOW VERSION; NONSENSE; SHOW STATE");
      assertThat(answer.tags()).isEqualTo("NCTDCEZ");
      assertThat(answer.sqlState()).isEqualTo("42601");
      assertThat(guest.query(";").tags()).isEqualTo("IZ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET extra_float_digits = 3",
        "SET application_name TO 'x'",
        "SET client_encoding = 'UTF8'",
        "SET TIME ZONE 'UTC'",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "DISCARD ALL",
        "DEALLOCATE ALL",
        "RESET ALL",
        "SELECT 1",
        "SELECT version()",
        "SELECT pg_catalog.pg_is_in_recovery()",
        "SHOW transaction_read_only",
        "SHOW TRANSACTION ISOLATION LEVEL",
        "SHOW server_version",
        "SELECT current_user"
      })
  void driverTalk_isUnderstood(String sql) throws Exception {
    try (RawClient guest = RawClient.login(house.console("stats"))) {
      assertThat(guest.query(sql).sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void transaction_status_isWhatDriversExpect() throws Exception {
    try (RawClient guest = admin()) {
      assertThat(guest.query("BEGIN").status()).isEqualTo('T');
      assertThat(guest.query("SHOW VERSION").status()).isEqualTo('T');
      assertThat(guest.query("COMMIT").status()).isEqualTo('I');
    }
  }

  @Test
  void set_ofWhatCannotBeSet_isAnError() throws Exception {
    try (RawClient guest = admin()) {
      assertThat(guest.query("SET nonsense = 1").sqlState()).isEqualTo("42704");
      assertThat(guest.query("SET default_pool_size = 1").sqlState()).isEqualTo("55P02");
    }
  }

  @Test
  void extended_error_skipsToSync() throws Exception {
    try (RawClient guest = admin()) {
      Answer answer =
          guest.ask(
              parse("", "NONSENSE"), bind("", ""), describePortal(""), execute("", 0), sync());
      assertThat(answer.tags()).isEqualTo("EZ");
      assertThat(answer.sqlState()).isEqualTo("42601");
      assertThat(guest.ask(bind("", "nobody"), sync()).sqlState()).isEqualTo("26000");
      assertThat(guest.ask(execute("nobody", 0), sync()).sqlState()).isEqualTo("34000");
      assertThat(guest.ask(parse("", "SHOW LISTS; SHOW MEM"), sync()).sqlState())
          .isEqualTo("42601");
      assertThat(guest.ask(parse("", "SHOW LISTS"), bind("", "", "x"), sync()).sqlState())
          .isEqualTo("08P01");
    }
  }

  @Test
  void extended_rowLimit_isKept() throws Exception {
    try (RawClient guest = admin()) {
      Answer answer =
          guest.ask(
              parse("s", "SHOW LISTS"),
              describeStatement("s"),
              bind("p", "s"),
              execute("p", 5),
              execute("p", 5),
              execute("p", 0),
              closeStatement("s"),
              sync());
      assertThat(answer.tags()).isEqualTo("1tT2DDDDDsDDDDDsDDDDC3Z");
      assertThat(guest.ask(parse("s", "SHOW LISTS"), parse("s", "SHOW MEM"), sync()).sqlState())
          .isEqualTo("42P05");
    }
  }

  @Test
  void extended_namesWithoutEnd_areBounded() throws Exception {
    try (RawClient guest = admin()) {
      byte[][] messages = new byte[1002][];
      for (int i = 0; i <= 1000; i++) {
        messages[i] = parse("s" + i, "SHOW VERSION");
      }
      messages[1001] = sync();
      assertThat(guest.ask(messages).sqlState()).isEqualTo("53400");
    }
  }

  @Test
  void pipeline_isAnsweredInOrder() throws Exception {
    try (RawClient guest = admin()) {
      guest.send(query("SHOW VERSION"), query("SHOW NONSENSE"), query("SHOW STATE"));
      assertThat(new Answer(guest.receiveUntilReady()).tags()).isEqualTo("TDCZ");
      assertThat(new Answer(guest.receiveUntilReady()).tags()).isEqualTo("EZ");
      assertThat(new Answer(guest.receiveUntilReady()).tags()).isEqualTo("TDDDCZ");
    }
  }

  @Test
  void message_ofNoUse_endsTheSession() throws Exception {
    try (RawClient guest = admin()) {
      guest.send(Frontend.functionCall(1));
      List<Message> said = guest.receiveUntilClosed();
      assertThat(said.getLast().sqlState()).isEqualTo("08P01");
    }
    try (RawClient guest = admin()) {
      guest.send(Frontend.header('Q', 100 << 20));
      assertThat(guest.receiveUntilClosed().getLast().sqlState()).isEqualTo("08P01");
    }
  }

  @Test
  void reader_tooSlow_holdsUpNobodyElse() throws Exception {
    try (RawClient slow = admin();
        RawClient other = admin()) {
      byte[] config = query("SHOW CONFIG");
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < 5_000; i++) {
                    slow.send(config);
                  }
                } catch (IOException expected) {
                  // closed by the test
                }
              });
      for (int i = 0; i < 50; i++) {
        assertThat(other.query("SHOW VERSION").sqlState()).isEqualTo("00000");
      }
      slow.reset();
      sender.join(SOON);
    }
  }

  // ---- who speaks

  @Test
  void jdbc_withItsDefaults_looks() throws Exception {
    try (Connection console = house.jdbc("trunkline", "stats", "")) {
      assertThat(console.isValid(5)).isTrue();
      console.setAutoCommit(false);
      try (var rows = console.createStatement().executeQuery("SHOW DATABASES")) {
        assertThat(House.rows(rows)).anyMatch(row -> "other".equals(row.get("name")));
      }
      console.commit();
      console.setReadOnly(true);
      console.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    }
  }

  @Test
  void psql_looks() throws Exception {
    Assumptions.assumeTrue(isThere("psql"), "psql is not installed");
    var console = house.console("stats");
    Process psql =
        new ProcessBuilder(
                "psql",
                "-X",
                "-At",
                "postgresql://stats:stats@127.0.0.1:%d/pgbouncer".formatted(console.port()),
                "-c",
                "SHOW DATABASES;")
            .redirectErrorStream(true)
            .start();
    assertThat(psql.waitFor(20, TimeUnit.SECONDS)).isTrue();
    String said = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).contains("other|127.0.0.1|").contains("pgbouncer||");
    assertThat(psql.exitValue()).isZero();
  }

  private static boolean isThere(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException expected) {
      return false;
    }
  }
}
