package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// NegotiateProtocolVersion on both sides: clients that ask for more than there is, in front of a
/// server that speaks 3.2 and of one that speaks 3.0 alone and has to say so itself.
class ProtocolVersionsIT {
  private static final int V3_9 = 3 << 16 | 9;

  /// What a NegotiateProtocolVersion says: the version, and the options not known.
  private record Negotiated(int version, List<String> options) {
    static Negotiated of(Message message) {
      assertThat(message.tag()).as("%s", message).isEqualTo('v');
      ByteBuffer body = ByteBuffer.wrap(message.body());
      int version = body.getInt();
      int count = body.getInt();
      List<String> options = new ArrayList<>();
      String text = StandardCharsets.UTF_8.decode(body).toString();
      for (int from = 0; options.size() < count; ) {
        int end = text.indexOf('\0', from);
        options.add(text.substring(from, end));
        from = end + 1;
      }
      return new Negotiated(version, options);
    }
  }

  private static TestProxy before(int server) throws Exception {
    return Setup.transaction().behind(Postgres.shared(server).app()).start();
  }

  /// The client works, and its key, of the length its version has, cancels.
  private static void assertServed(RawClient client, int keyBytes) throws IOException {
    assertThat(client.query("SELECT 1").value()).isEqualTo("1");
    assertThat(client.cancelKey()).hasSize(keyBytes);
    client.send(Frontend.query("SELECT pg_sleep(60)"));
    assertThat(client.poll(Duration.ofMillis(50))).isEmpty();
    client.cancel();
    assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("57014");
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 18})
  void startup_version30_isTakenAsItIs(int server) throws Exception {
    try (TestProxy proxy = before(server);
        RawClient client = RawClient.open(proxy.endpoint())) {
      assertThat(client.logIn(Frontend.V3_0, Map.of())).noneMatch(it -> it.tag() == 'v');
      assertServed(client, 4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 18})
  void startup_version32_isTakenAsItIs(int server) throws Exception {
    try (TestProxy proxy = before(server);
        RawClient client = RawClient.open(proxy.endpoint())) {
      assertThat(client.logIn(Frontend.V3_2, Map.of())).noneMatch(it -> it.tag() == 'v');
      assertServed(client, 32);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {V3_9, Frontend.V3_GREASE})
  void startup_newerVersion_isOffered32(int asked) throws Exception {
    try (TestProxy proxy = before(18);
        RawClient client = RawClient.open(proxy.endpoint())) {
      List<Message> said = client.logIn(asked, Map.of());
      assertThat(Negotiated.of(said.getFirst()))
          .isEqualTo(new Negotiated(Frontend.V3_2, List.of()));
      assertServed(client, 32);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Frontend.V3_0, Frontend.V3_2})
  void startup_unknownOptions_areNamed_andTheVersionStays(int asked) throws Exception {
    try (TestProxy proxy = before(13);
        RawClient client = RawClient.open(proxy.endpoint())) {
      List<Message> said =
          client.logIn(asked, Map.of("_pq_.foo", "1", "_pq_.bar", "", "TimeZone", "Asia/Tokyo"));
      Negotiated negotiated = Negotiated.of(said.getFirst());
      assertThat(negotiated.version()).isEqualTo(asked);
      assertThat(negotiated.options()).containsExactlyInAnyOrder("_pq_.foo", "_pq_.bar");
      assertThat(client.parameter("TimeZone")).as("what is known counts").isEqualTo("Asia/Tokyo");
      assertServed(client, asked == Frontend.V3_0 ? 4 : 32);
    }
  }
}
