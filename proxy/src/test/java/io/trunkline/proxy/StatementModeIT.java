package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.copyData;
import static io.trunkline.proxy.rig.Frontend.copyDone;
import static io.trunkline.proxy.rig.Frontend.copyFail;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.PoolMode;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Statement mode: two clients share one server, statement by statement, and transactions of more
/// than one message are refused.
class StatementModeIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Postgres postgres = Postgres.shared();
  private TestProxy proxy;
  private RawClient one;
  private RawClient two;

  @BeforeEach
  void start() throws Exception {
    TestProxy.Kind.assumeProxy();
    proxy = Setup.of(PoolMode.STATEMENT).with(Knob.POOL_SIZE, 1).start();
    one = login();
    two = login();
    one.query("CREATE TABLE IF NOT EXISTS statement_mode (n int)");
    one.query("TRUNCATE statement_mode");
  }

  @AfterEach
  void stop() throws IOException {
    one.close();
    two.close();
    proxy.close();
  }

  private RawClient login() throws IOException {
    return RawClient.login(proxy.endpoint()).patience(SOON);
  }

  private long rows() throws IOException {
    return Long.parseLong(two.query("SELECT count(*) FROM statement_mode").value());
  }

  private void assertBothServedByOne() throws IOException {
    String server = one.query("SELECT pg_backend_pid()").value();
    assertThat(two.query("SELECT pg_backend_pid()").value()).isEqualTo(server);
    assertThat(one.query("SELECT pg_backend_pid()").value()).isEqualTo(server);
  }

  // ---- what works

  @Test
  void simpleQueries_ofTwoClients_takeTurns() throws Exception {
    assertBothServedByOne();
    assertThat(one.query("SELECT 1; SELECT 2").commandTags()).hasSize(2);
    assertThat(one.query("").tags()).isEqualTo("IZ");
    assertThat(one.query("SELECT 1/0").sqlState()).isEqualTo("22012");
    assertBothServedByOne();
  }

  @Test
  void transactionWithinOneQuery_isOneStatement() throws Exception {
    Answer whole = one.query("BEGIN; INSERT INTO statement_mode VALUES (1); COMMIT");
    assertThat(whole.commandTags()).containsExactly("BEGIN", "INSERT 0 1", "COMMIT");
    assertThat(rows()).isEqualTo(1);
    Answer failed = one.query("INSERT INTO statement_mode VALUES (2); SELECT 1/0");
    assertThat(failed.sqlState()).isEqualTo("22012");
    assertThat(rows()).isEqualTo(1);
    assertBothServedByOne();
  }

  @Test
  void extendedProtocol_unnamed_ofTwoClients_takesTurns() throws Exception {
    one.ask(parse("", "SELECT 'one ' || $1"), sync());
    assertThat(two.ask(parse("", "SELECT 'two ' || $1"), bind("", "", "b"), execute("", 0), sync()))
        .extracting(Answer::value)
        .isEqualTo("two b");
    assertThat(one.ask(bind("", "", "a"), execute("", 0), sync()).value()).isEqualTo("one a");
  }

  @Test
  void preparedStatements_followTheirClients() throws Exception {
    one.ask(parse("s", "SELECT 'one'"), sync());
    two.ask(parse("s", "SELECT 'two'"), sync());
    for (int i = 0; i < 3; i++) {
      assertThat(one.ask(bind("", "s"), execute("", 0), sync()).value()).isEqualTo("one");
      assertThat(two.ask(bind("", "s"), execute("", 0), sync()).value()).isEqualTo("two");
    }
    assertThat(one.ask(bind("", "none"), execute("", 0), sync()).sqlState()).isEqualTo("26000");
  }

  @Test
  void pipeline_ofManySyncs_isAnsweredInOrder() throws Exception {
    for (int i = 0; i < 20; i++) {
      one.send(parse("", "SELECT $1::int"), bind("", "", "" + i), execute("", 0), sync());
    }
    assertThat(two.query("SELECT 1").value()).isEqualTo("1");
    for (int i = 0; i < 20; i++) {
      assertThat(new Answer(one.receiveUntilReady()).value()).isEqualTo("" + i);
    }
  }

  @Test
  void copy_inAndOut_isOneStatement() throws Exception {
    one.send(query("COPY statement_mode FROM STDIN"));
    one.receiveUntil('G');
    one.send(copyData("1\n"), copyData("2\n"), copyDone());
    assertThat(new Answer(one.receiveUntilReady()).commandTags()).containsExactly("COPY 2");
    Answer out = two.query("COPY (SELECT n FROM statement_mode ORDER BY n) TO STDOUT");
    assertThat(out.tags()).isEqualTo("HddcCZ");
    one.send(query("COPY statement_mode FROM STDIN"));
    one.receiveUntil('G');
    one.send(copyData("3\n"), copyFail("no more"));
    assertThat(new Answer(one.receiveUntilReady()).sqlState()).isEqualTo("57014");
    assertThat(rows()).isEqualTo(2);
    assertBothServedByOne();
  }

  @Test
  void settings_followTheirClient() throws Exception {
    one.query("SET work_mem = '9MB'");
    assertThat(two.query("SHOW work_mem").value()).isEqualTo("4MB");
    assertThat(one.query("SHOW work_mem").value()).isEqualTo("9MB");
    one.query("SET TimeZone = 'Asia/Tokyo'");
    assertThat(one.parameter("TimeZone")).isEqualTo("Asia/Tokyo");
    two.query("SELECT 1");
    assertThat(two.parameter("TimeZone")).isNotEqualTo("Asia/Tokyo");
    assertThat(one.query("RESET ALL").sqlState()).isEqualTo("00000");
    assertThat(one.query("SHOW work_mem").value()).isEqualTo("4MB");
    assertBothServedByOne();
  }

  @Test
  void temporaryTable_keepsTheServerUntilItIsGone() throws Exception {
    one.query("CREATE TEMP TABLE mine (n int)");
    two.send(query("SELECT 'two'"));
    assertThat(two.poll(Duration.ofMillis(100))).isEmpty();
    assertThat(one.query("INSERT INTO mine VALUES (1)").commandTags())
        .containsExactly("INSERT 0 1");
    one.query("DROP TABLE mine");
    assertThat(new Answer(two.receiveUntilReady()).value()).isEqualTo("two");
    assertBothServedByOne();
  }

  // ---- what is refused

  /// The error ends the client, and the transaction with it.
  private void assertRefused(RawClient client) throws IOException {
    List<Message> said = client.receiveUntilClosed();
    Message error = said.stream().filter(Message::isError).reduce((a, b) -> b).orElseThrow();
    assertThat(error.sqlState()).isEqualTo("0A000");
    assertThat(error.normal()).contains("transaction blocks not allowed in statement pooling mode");
    assertThat(said).as("not ready before it is refused").noneMatch(it -> it.tag() == 'Z');
    Await.until(SOON, "no transaction is left open", () -> openTransactions() == 0);
    assertThat(two.query("SELECT 1").value()).isEqualTo("1");
  }

  private long openTransactions() throws IOException {
    return Long.parseLong(
        postgres.value(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
                + " AND state LIKE 'idle in transaction%'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN",
        "START TRANSACTION",
        "BEGIN; INSERT INTO statement_mode VALUES (1)",
        "BEGIN; SELECT 1/0"
      })
  void transaction_leftOpen_isRefused(String sql) throws Exception {
    one.send(query(sql));
    assertRefused(one);
    assertThat(rows()).isZero();
  }

  @Test
  void transaction_leftOpenByTheExtendedProtocol_isRefused() throws Exception {
    one.send(parse("", "BEGIN"), bind("", ""), execute("", 0), sync());
    assertRefused(one);
  }

  // ---- a driver

  private Connection jdbc() throws SQLException {
    Endpoint at = proxy.endpoint();
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(at.host(), at.port(), at.database()),
        at.user(),
        at.password());
  }

  @Test
  void pgjdbc_autocommit_works() throws Exception {
    try (Connection connection = jdbc();
        Connection other = jdbc()) {
      for (int i = 0; i < 12; i++) { // prepared on the server from the fifth on
        insert(connection, i);
        insert(other, i);
      }
      try (Statement batch = connection.createStatement()) {
        batch.addBatch("INSERT INTO statement_mode VALUES (100)");
        batch.addBatch("INSERT INTO statement_mode VALUES (101)");
        assertThat(batch.executeBatch()).containsExactly(1, 1);
      }
      assertThat(rows()).isEqualTo(26);
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  private static void insert(Connection connection, int n) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO statement_mode VALUES (?)")) {
      insert.setInt(1, n);
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void pgjdbc_withoutAutocommit_isRefused() throws Exception {
    try (Connection connection = jdbc()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> insert(connection, 1))
          .isInstanceOfSatisfying(
              SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("0A000"));
    }
    assertThat(rows()).isZero();
  }
}
