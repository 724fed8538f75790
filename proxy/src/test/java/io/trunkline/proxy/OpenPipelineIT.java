package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// PostgreSQL 18 says that it is idle behind a Sync that follows right behind a Query amid a
/// pipeline, and is not: what the pipeline wrote is not committed, and the next statement is
/// answered with XX000 and rolls it back. That statement must not be another client's.
class OpenPipelineIT {
  private static final Duration A_WHILE = Duration.ofMillis(300);
  private static final Character[] ANSWER = {'T', 'D', 'C', 'Z'};

  private TestProxy proxy;
  private RawClient odd;
  private RawClient next;

  @BeforeAll
  static void onlyPools() {
    TestProxy.Kind.assumeProxy();
  }

  @BeforeEach
  void leaveAPipelineOpen() throws IOException {
    proxy = TestProxy.start(Setup.transaction().with(Knob.POOL_SIZE, 1));
    odd = RawClient.login(proxy.endpoint());
    next = RawClient.login(proxy.endpoint());
    assertThat(prepare("here")).isEqualTo("1Z");
    byte[] pipeline = concat(ExtendedScripts.run("SELECT 1"), query("SELECT 2"));
    assertThat(odd.ask(pipeline).status()).isEqualTo('T');
    assertThat(odd.ask(sync()).tags()).isEqualTo("Z");
    next.send(query("SELECT 'mine'"));
    assertThat(next.poll(A_WHILE)).as("the only server is in a transaction").isEmpty();
  }

  @AfterEach
  void close() throws IOException {
    odd.close();
    next.close();
    proxy.close();
  }

  @Test
  void statement_afterIt_failsForItsOwnClientOnly() throws IOException {
    odd.send(query("SELECT 3"));
    assertThat(odd.receive().sqlState()).isEqualTo("XX000");
    assertServed();
  }

  @Test
  void knownStatement_preparedAfterIt_isNotAnsweredInTheServersPlace() throws IOException {
    assertThat(prepare("there")).isEqualTo("EZ");
    assertServed();
    assertThat(prepare("there")).isEqualTo("1Z");
  }

  @Test
  void departure_afterIt_harmsNoOtherClient() throws IOException {
    odd.close();
    assertServed();
  }

  private String prepare(String name) throws IOException {
    return odd.ask(concat(parse(name, "SELECT 4"), sync())).tags();
  }

  private void assertServed() throws IOException {
    assertThat(next.receiveUntilReady()).extracting(Message::tag).containsExactly(ANSWER);
    assertThat(next.query("SELECT 'still'").column()).containsExactly("still");
  }
}
