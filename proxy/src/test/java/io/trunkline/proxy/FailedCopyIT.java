package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.copyData;
import static io.trunkline.proxy.rig.Frontend.copyDone;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.flush;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// What a client goes on sending of a COPY that has failed already must not reach the next client
/// of its server, and neither must the answers to it. A Sync amid COPY data is ignored by the
/// server, but answered by it if the COPY has failed just before, which nobody can foretell.
class FailedCopyIT {
  private static final Duration A_WHILE = Duration.ofMillis(300);

  private static final Character[] ANSWER = {'T', 'D', 'C', 'Z'};
  private static final int HALF = 5_000;

  private static TestProxy proxy;

  @BeforeAll
  static void start() throws IOException {
    proxy = TestProxy.start(Setup.transaction().with(Knob.POOL_SIZE, 1));
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      client.query("CREATE TABLE IF NOT EXISTS narrow (n int)");
    }
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
  }

  /// Of two clients one waits on the loop of the first, at least where there are two loops.
  @RepeatedTest(3)
  @SuppressWarnings("try") // the end of one client is what the others wait for
  void copy_failedBehindAmbiguousSync_harmsNoOtherClient() throws IOException {
    TestProxy.Kind.assumeProxy();
    try (RawClient odd = RawClient.login(proxy.endpoint());
        RawClient here = RawClient.login(proxy.endpoint());
        RawClient there = RawClient.login(proxy.endpoint())) {
      odd.send(query("COPY narrow FROM STDIN"));
      assertThat(odd.receive().tag()).isEqualTo('G');
      here.send(query("SELECT 'mine'"));
      there.send(query("SELECT 'mine'"));
      assertThat(here.poll(A_WHILE)).as("it waits for the only server").isEmpty();
      odd.send(copyData("not a number\n"), sync(), sync(), copyDone(), sync());
      odd.send(query("SELECT 'odd'"));
      List<Message> answers = odd.receiveUntil('D');
      assertThat(answers.getLast().values()).containsExactly("odd");
      assertThat(here.poll(A_WHILE)).as("the server is for nobody else").isEmpty();
      odd.send(Frontend.terminate());
      for (RawClient next : List.of(here, there)) {
        assertThat(next.receiveUntilReady()).extracting(Message::tag).containsExactly(ANSWER);
        assertThat(next.query("SELECT 'still'").column()).containsExactly("still");
      }
    }
  }

  @Test
  void copy_failedAmidItsNextMessage_keepsTheServerToTheEndOfThat() throws IOException {
    TestProxy.Kind.assumeProxy();
    byte[] more = copyData("x".repeat(10_000));
    try (RawClient odd = failedAmid(more);
        RawClient next = RawClient.login(proxy.endpoint())) {
      next.send(query("SELECT 'mine'"));
      assertThat(next.poll(A_WHILE)).as("the server waits for the rest").isEmpty();
      odd.send(Arrays.copyOfRange(more, HALF, more.length), copyData("and more\n"), copyDone());
      assertThat(next.receiveUntilReady()).extracting(Message::tag).containsExactly(ANSWER);
      assertThat(odd.query("SELECT 'still'").column()).containsExactly("still");
    }
  }

  @Test
  void copy_failedAmidItsNextMessageByAClientThatLeaves_harmsNoOtherClient() throws IOException {
    TestProxy.Kind.assumeProxy();
    try (RawClient next = RawClient.login(proxy.endpoint())) {
      failedAmid(copyData("x".repeat(10_000))).close();
      next.send(query("SELECT 'mine'"));
      assertThat(next.receiveUntilReady()).extracting(Message::tag).containsExactly(ANSWER);
    }
  }

  /// Its server skips everything up to a Sync, COPY data too: the end of that is the end of no
  /// transaction, though nothing is owed any more.
  @Test
  void copyData_straySentInPartsBehindAnError_keepsTheServerToTheSync() throws IOException {
    TestProxy.Kind.assumeProxy();
    byte[] stray = copyData("x".repeat(10_000));
    try (RawClient odd = RawClient.login(proxy.endpoint());
        RawClient next = RawClient.login(proxy.endpoint())) {
      odd.send(execute("no such portal", 0), flush());
      assertThat(odd.receive().sqlState()).isEqualTo("34000");
      odd.send(Arrays.copyOf(stray, HALF));
      next.send(query("SELECT 'mine'"));
      assertThat(next.poll(A_WHILE)).as("the server is skipping").isEmpty();
      odd.send(Arrays.copyOfRange(stray, HALF, stray.length));
      assertThat(next.poll(A_WHILE)).as("it still is").isEmpty();
      assertThat(odd.ask(sync()).tags()).isEqualTo("Z");
      assertThat(next.receiveUntilReady()).extracting(Message::tag).containsExactly(ANSWER);
    }
  }

  /// A client that was told that its COPY has failed when it had sent half of its next message.
  private static RawClient failedAmid(byte[] more) throws IOException {
    RawClient odd = RawClient.login(proxy.endpoint());
    odd.send(query("COPY narrow FROM STDIN"));
    assertThat(odd.receive().tag()).isEqualTo('G');
    odd.send(copyData("not a number\n"), Arrays.copyOf(more, HALF));
    assertThat(odd.receiveUntilReady()).extracting(Message::tag).containsExactly('E', 'Z');
    return odd;
  }
}
