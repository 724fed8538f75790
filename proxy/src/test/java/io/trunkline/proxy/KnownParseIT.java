package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.closeStatement;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.flush;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The one server is in somebody's transaction while others prepare statements.
class KnownParseIT {
  private static final String SQL = "SELECT 'known'";
  private static final Duration A_WHILE = Duration.ofMillis(300);

  private TestProxy proxy;
  private RawClient busy;
  private RawClient other;

  @BeforeAll
  static void onlyPools() {
    TestProxy.Kind.assumeProxy();
  }

  @BeforeEach
  void occupy() throws IOException {
    proxy = TestProxy.start(Setup.transaction().with(Knob.POOL_SIZE, 1));
    busy = login();
    other = login();
    assertThat(prepare(busy, "mine", SQL)).isEqualTo("1Z");
    assertThat(busy.query("BEGIN").status()).isEqualTo('T');
  }

  @AfterEach
  void close() throws IOException {
    other.close();
    busy.close();
    proxy.close();
  }

  private RawClient login() throws IOException {
    return RawClient.login(proxy.endpoint()).patience(Duration.ofSeconds(10));
  }

  private static String prepare(RawClient client, String name, String sql) throws IOException {
    return client.ask(concat(parse(name, sql), sync())).tags();
  }

  private static byte[] run(String name) {
    return concat(bind("", name), execute("", 0), sync());
  }

  @Test
  void prepare_known_isAnsweredAtOnceAndUsableLater() throws IOException {
    assertThat(prepare(other, "theirs", SQL)).isEqualTo("1Z");
    other.send(run("theirs"));
    assertThat(other.poll(A_WHILE)).as("that needs the server").isEmpty();
    busy.query("COMMIT");
    assertThat(other.receiveUntilReady()).hasSize(4);
    assertThat(other.ask(run("theirs")).value()).isEqualTo("known");
  }

  @Test
  void prepare_knownTwiceUnderOneName_isRefusedByTheServer() throws IOException {
    assertThat(prepare(other, "theirs", SQL)).isEqualTo("1Z");
    busy.query("COMMIT");
    assertThat(other.ask(concat(parse("theirs", SQL), sync())).sqlState()).isEqualTo("42P05");
    assertThat(other.ask(concat(closeStatement("theirs"), sync())).tags()).isEqualTo("3Z");
    assertThat(other.ask(run("theirs")).sqlState()).isEqualTo("26000");
  }

  @Test
  void prepare_withMoreBehindIt_isNotCutApart() throws IOException {
    other.send(concat(parse("theirs", SQL), sync(), query("SELECT 'next'")));
    assertThat(other.receiveUntilReady()).hasSize(2);
    assertThat(other.poll(A_WHILE)).isEmpty();
    busy.query("COMMIT");
    assertThat(other.receiveUntilReady()).hasSize(4);
  }

  @Test
  void prepare_unknownOrWrong_waitsForTheServersWord() throws IOException {
    other.send(concat(parse("theirs", "SELECT no_such_column"), sync()));
    assertThat(other.poll(A_WHILE)).isEmpty();
    busy.query("COMMIT");
    assertThat(other.receiveUntilReady().getFirst().sqlState()).isEqualTo("42703");
  }

  /// A program that pipelines asks for the answer by Flush, and sends nothing more until it has it.
  @Test
  void prepare_knownAndFlushedInATransaction_isAnsweredAtOnce() throws IOException {
    busy.send(parse("again", SQL), flush());
    assertThat(busy.receive().tag()).isEqualTo('1');
    busy.send(closeStatement("again"), flush());
    assertThat(busy.receive().tag()).isEqualTo('3');
    assertThat(busy.ask(concat(sync())).tags()).isEqualTo("Z");
  }
}
