package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.closeStatement;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.describeStatement;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A table changes under a prepared statement that several clients share on one server.
class StalePlanIT {
  private static final String SQL = "SELECT * FROM changing";
  private static final List<String> OLD_ROW = List.of("1");
  private static final List<String> NEW_ROW = List.of("1", "new");

  private final Postgres postgres = Postgres.shared();
  private TestProxy proxy;
  private RawClient first;

  @BeforeAll
  static void onlyPools() {
    TestProxy.Kind.assumeProxy();
  }

  /// Leaves the one server with a plan that its table has outgrown.
  @BeforeEach
  void outgrow() throws IOException {
    postgres.run(
        "DROP TABLE IF EXISTS changing",
        "CREATE TABLE changing AS SELECT 1 AS old",
        "GRANT ALL ON changing TO app");
    proxy = TestProxy.start(Setup.transaction().with(Knob.POOL_SIZE, 1));
    first = login();
    Answer before = ask(first, parse("s", SQL), describeStatement("s"), bind("", "s"), execute(""));
    assertThat(before.rows()).containsExactly(OLD_ROW);
    postgres.run("ALTER TABLE changing ADD new text DEFAULT 'new'");
  }

  @AfterEach
  void close() throws IOException {
    first.close();
    proxy.close();
  }

  private RawClient login() throws IOException {
    return RawClient.login(proxy.endpoint()).patience(Duration.ofSeconds(10));
  }

  /// In one write, as drivers do: only what came in one read is sent again.
  private static Answer ask(RawClient client, byte[]... requests) throws IOException {
    return client.ask(concat(concat(requests), sync()));
  }

  private static byte[] execute(String portal) {
    return Frontend.execute(portal, 0);
  }

  @Test
  void prepare_byAnotherClient_isDescribedAnew() throws IOException {
    try (RawClient second = login()) {
      Answer described = ask(second, parse("mine", SQL), describeStatement("mine"));
      assertThat(described.tags()).isEqualTo("1tTZ");
      Answer run = ask(second, bind("", "mine"), execute(""));
      assertThat(run.tags()).isEqualTo("2DCZ");
      assertThat(run.rows()).containsExactly(NEW_ROW);
    }
  }

  @Test
  void prepareAndRun_inOneWrite_answersOnce() throws IOException {
    try (RawClient second = login()) {
      Answer all =
          ask(second, parse("mine", SQL), bind("", "mine"), describePortal(""), execute(""));
      assertThat(all.tags()).isEqualTo("12TDCZ");
      assertThat(all.rows()).containsExactly(NEW_ROW);
    }
  }

  @Test
  void bind_withDescribe_isRunAnew() throws IOException {
    Answer all = ask(first, bind("", "s"), describePortal(""), execute(""));
    assertThat(all.tags()).isEqualTo("2TDCZ");
    assertThat(all.rows()).containsExactly(NEW_ROW);
  }

  @Test
  void bind_trustingTheOldDescription_hasPostgresError() throws IOException {
    Answer refused = ask(first, bind("", "s"), execute(""));
    assertThat(refused.sqlState()).isEqualTo("0A000");
    Answer anew =
        ask(
            first,
            closeStatement("s"),
            parse("s", SQL),
            describeStatement("s"),
            bind("", "s"),
            execute(""));
    assertThat(anew.tags()).isEqualTo("31tT2DCZ");
    assertThat(anew.rows()).containsExactly(NEW_ROW);
  }

  @Test
  void bind_behindAnExecute_isNotRepeated() throws IOException {
    Answer refused =
        ask(
            first,
            parse("", "INSERT INTO changing VALUES (2)"),
            bind("", ""),
            execute(""),
            bind("", "s"),
            describePortal(""),
            execute(""));
    assertThat(refused.sqlState()).isEqualTo("0A000");
    assertThat(postgres.value("SELECT count(*) FROM changing")).isEqualTo("1");
  }

  @Test
  void bind_inATransaction_hasPostgresError() throws IOException {
    assertThat(first.query("BEGIN").sqlState()).isEqualTo("00000");
    Answer refused = ask(first, bind("", "s"), describePortal(""), execute(""));
    assertThat(refused.sqlState()).isEqualTo("0A000");
    assertThat(refused.status()).isEqualTo('E');
    assertThat(first.query("ROLLBACK").status()).isEqualTo('I');
    assertThat(ask(first, bind("", "s"), describePortal(""), execute("")).rows())
        .containsExactly(NEW_ROW);
  }

  @Test
  void bind_moreIsInThePipe_allIsAnsweredInOrder() throws IOException {
    first.send(bind("", "s"), describePortal(""), execute(""), sync());
    first.send(query("SELECT 'behind'"));
    assertThat(first.receiveUntilReady()).isNotEmpty();
    assertThat(new Answer(first.receiveUntilReady()).value()).isEqualTo("behind");
  }
}
