package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.header;
import static io.trunkline.proxy.rig.Frontend.message;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.startup;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Depth;
import io.trunkline.proxy.rig.Bystander;
import io.trunkline.proxy.rig.ConnectionLost;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that send what no client may: they are told so or left, and nobody else notices.
class HostileClientIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  /// Every tag the docs give to the frontend.
  private static final String FRONTEND_TAGS = "BCdcfDEHFPpQSX";

  private static TestProxy proxy;
  private static Bystander bystander;

  @BeforeAll
  static void start() throws IOException {
    proxy = TestProxy.start(Setup.transaction().with(Knob.POOL_SIZE, 4));
    bystander = new Bystander(proxy.endpoint());
  }

  @AfterAll
  static void stop() throws IOException {
    bystander.close();
    proxy.close();
  }

  /// What is said up to the end of the connection, the login itself left out.
  private static List<Message> endOf(RawClient client) throws IOException {
    return client.patience(SOON).receiveUntilClosed();
  }

  private static RawClient open() throws IOException {
    return RawClient.open(proxy.endpoint()).patience(SOON);
  }

  @TestFactory
  Stream<DynamicTest> startup_hostile_isRefused() {
    return HostileStartups.refused().entrySet().stream()
        .map(startup ->
            DynamicTest.dynamicTest(startup.getKey(), () -> refuses(startup.getValue())));
  }

  /// A client that means no more harm hangs up its half; what it said must not be a session.
  private static void refuses(byte[] hostile) throws IOException {
    try (RawClient client = open()) {
      client.send(hostile);
      client.halfClose();
      byte[] said = client.receiveBytesUntilClosed();
      assertThat(Backend.hasReadyForQuery(said)).as("was let in: %s", client).isFalse();
    }
    bystander.isUnharmed();
  }

  @TestFactory
  Stream<DynamicTest> tag_unknown_isFatal() {
    return IntStream.range(0, 256)
        .filter(tag -> FRONTEND_TAGS.indexOf(tag) < 0)
        .filter(tag -> tag % 5 == 0 || tag < 8 || Character.isLetter(tag))
        .mapToObj(tag -> DynamicTest.dynamicTest("tag " + tag, () -> isFatal((char) tag)));
  }

  private static void isFatal(char tag) throws IOException {
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      client.send(message(tag, new byte[] {0, 0, 0, 0}));
      assertThat(endOf(client))
          .singleElement()
          .satisfies(error -> {
            assertThat(error.fields()).containsEntry('S', "FATAL");
            assertThat(error.sqlState()).isEqualTo("08P01");
          });
    }
  }

  @Test
  void password_afterLogin_isFatal() throws IOException {
    isFatal('p');
    bystander.isUnharmed();
  }

  @Test
  void startup_afterLogin_isFatal() throws IOException {
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      client.send(startup(Frontend.V3_0, HostileStartups.user()));
      assertThat(endOf(client)).allMatch(Message::isError);
    }
    bystander.isUnharmed();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void length_impossible_endsTheConnection(int length) throws IOException {
    for (char tag : new char[] {'Q', 'P', 'B', 'd', 'S', 'X', 'H'}) {
      try (RawClient client = RawClient.login(proxy.endpoint())) {
        client.send(header(tag, length));
        assertThat(endOf(client)).as("tag %s", tag).allMatch(Message::isError);
      }
    }
    bystander.isUnharmed();
  }

  @Test
  void sync_withHugeLength_isNotWaitedFor() throws IOException {
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      client.send(header('S', 1 << 29));
      assertThat(endOf(client)).allMatch(Message::isError);
    }
    bystander.isUnharmed();
  }

  @Test
  void stream_afterFatalError_doesNotKeepTheConnection() throws IOException {
    byte[] rubbish = new byte[1 << 16];
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      client.send(message('y', new byte[0]));
      assertThat(sendsUntilClosed(client, rubbish)).isLessThan(SOON);
    }
    bystander.isUnharmed();
  }

  private static Duration sendsUntilClosed(RawClient client, byte[] rubbish) {
    long start = System.nanoTime();
    try {
      while (System.nanoTime() - start < SOON.toNanos()) {
        client.send(rubbish);
      }
    } catch (IOException expected) { // the other side is gone at last
      return Duration.ofNanos(System.nanoTime() - start);
    }
    return SOON;
  }

  /// Such connections stayed open for good, and counted as clients once they had begun to log in.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 7, 8, 20})
  void halfClose_inTheMiddleOfAStartup_closes(int bytes) throws IOException {
    byte[] startup = startup(Frontend.V3_0, proxy.endpoint().startupParameters());
    try (RawClient client = open()) {
      client.send(Arrays.copyOf(startup, bytes));
      client.halfClose();
      assertThat(client.receiveBytesUntilClosed()).isEmpty();
    }
    bystander.isUnharmed();
  }

  @Test
  void halfClose_afterQuery_isStillAnswered() throws IOException {
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      client.send(query("SELECT 'last words' FROM pg_sleep(0.2)"));
      client.halfClose();
      List<Message> said = endOf(client);
      assertThat(said).filteredOn(m -> m.tag() == 'D').hasSize(1);
    }
    bystander.isUnharmed();
  }

  @Test
  void terminate_withWorkBehindIt_ignoresTheWork() throws IOException {
    try (RawClient client = RawClient.login(proxy.endpoint())) {
      client.send(query("SELECT 1"), Frontend.terminate(), query("SELECT 2"));
      assertThat(endOf(client)).filteredOn(m -> m.tag() == 'D').hasSize(1);
    }
    bystander.isUnharmed();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5, 31, 257, 9_000})
  void cancelRequest_keyOfAnyLength_isClosedSilently(int bytes) throws IOException {
    try (RawClient client = open()) {
      client.send(Frontend.cancelRequest(1, new byte[bytes]));
      client.halfClose();
      assertThat(client.receiveBytesUntilClosed()).isEmpty();
    }
    bystander.isUnharmed();
  }

  @Test
  void gssEncRequest_thenSslRequest_thenStartup_isLetIn() throws IOException {
    try (RawClient client = open()) {
      client.send(Frontend.gssEncRequest());
      assertThat(client.receiveByte()).isEqualTo('N');
      client.send(Frontend.sslRequest());
      assertThat(client.receiveByte()).isEqualTo('N');
      client.logIn(Frontend.V3_0, Map.of());
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
    }
  }

  @Test
  void startup_manyParameters_endsSomehow() throws IOException {
    StringBuilder options = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      options.append(" -c app.x%d=%d".formatted(i, i));
    }
    try (RawClient client = open()) {
      client.logIn(Frontend.V3_0, Map.of("options", options.toString().trim()));
      assertThat(client.query("SHOW app.x399").value()).isEqualTo("399");
    } catch (LoginRefused bounded) {
      assertThat(bounded.sqlState()).isNotEqualTo("XX000");
    }
    bystander.isUnharmed();
  }

  @Test
  void login_byteByByte_isLetIn() throws IOException {
    try (RawClient client = open()) {
      byte[] packet = startup(Frontend.V3_0, HostileStartups.user());
      client.sendCut(packet, IntStream.range(1, packet.length).toArray());
      assertThat(client.receiveUntilReady()).isNotEmpty();
    }
  }

  @Test
  void login_andQueryInOneWrite_isAnswered() throws IOException {
    try (RawClient client = open()) {
      client.send(concat(startup(Frontend.V3_0, HostileStartups.user()), query("SELECT 'early'")));
      assertThat(client.receiveUntilReady().getLast().status()).isEqualTo('I');
      assertThat(client.receiveUntilReady()).filteredOn(m -> m.tag() == 'D').hasSize(1);
    }
  }

  @Test
  void connections_openedAndDropped_leaveNothingBehind() throws IOException {
    int connections = Integer.getInteger("hostile.connections", Depth.of(4_000, 40_000));
    for (int i = 0; i < connections; i++) {
      drop(i);
      if (i % 1000 == 0) {
        bystander.isUnharmed();
      }
    }
    bystander.isUnharmed();
  }

  private static void drop(int variant) throws IOException {
    byte[] packet = startup(Frontend.V3_0, HostileStartups.user());
    RawClient client = open();
    try {
      switch (variant % 5) {
        case 0 -> client.reset();
        case 1 -> client.vanish();
        case 2 -> {
          client.sendCut(java.util.Arrays.copyOf(packet, packet.length / 2));
          client.reset();
        }
        case 3 -> {
          client.send(packet);
          client.reset();
        }
        default -> {
          client.send(packet, query("SELECT 1"));
          client.vanish();
        }
      }
    } catch (ConnectionLost expected) { // it may have been quicker than we
      client.vanish();
    }
  }
}
