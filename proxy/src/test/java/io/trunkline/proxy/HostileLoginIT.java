package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.header;
import static io.trunkline.proxy.rig.Frontend.int32;
import static io.trunkline.proxy.rig.Frontend.message;
import static io.trunkline.proxy.rig.Frontend.password;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.saslInitialResponse;
import static io.trunkline.proxy.rig.Frontend.saslResponse;
import static io.trunkline.proxy.rig.Frontend.startup;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Bystander;
import io.trunkline.proxy.rig.ConnectionLost;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Clients that misbehave between their first packet and the end of their login.
class HostileLoginIT {
  private static final Duration LOGIN = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String FIRST = "n,,n=,r=abcdefghijklmnop";

  private static TestProxy proxy;
  private static Endpoint endpoint;
  private static Bystander bystander;

  @BeforeAll
  static void start() throws IOException {
    proxy =
        TestProxy.start(
            Setup.transaction().with(Knob.AUTH, "scram-sha-256").with(Knob.LOGIN, LOGIN));
    endpoint = proxy.scramUser();
    bystander = new Bystander(endpoint);
  }

  @AfterAll
  static void stop() throws IOException {
    bystander.close();
    proxy.close();
  }

  /// A client that has been asked for SASL.
  private static RawClient asked() throws IOException {
    RawClient client = RawClient.open(endpoint).patience(SOON);
    client.send(startup(Frontend.V3_0, endpoint.startupParameters()));
    assertThat(client.receive().tag()).isEqualTo('R');
    return client;
  }

  private static byte[] first(String message) {
    return saslInitialResponse("SCRAM-SHA-256", message.getBytes(UTF_8));
  }

  private static byte[] last(String message) {
    return saslResponse(message.getBytes(UTF_8));
  }

  private static Map<String, byte[]> firstAnswers() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("unknown mechanism", saslInitialResponse("PLAIN", "x".getBytes(UTF_8)));
    all.put("empty mechanism", saslInitialResponse("", FIRST.getBytes(UTF_8)));
    all.put("plus without TLS", saslInitialResponse("SCRAM-SHA-256-PLUS", plus()));
    all.put("no response", saslInitialResponse("SCRAM-SHA-256", new byte[0]));
    all.put("length beyond the message", initial(1000));
    all.put("negative length", initial(-2));
    all.put("password in clear", password("app"));
    all.put("empty", message('p', new byte[0]));
    all.put("no terminator", message('p', "SCRAM-SHA-256".getBytes(UTF_8)));
    all.put("huge length", header('p', 1 << 30));
    all.put("negative message length", header('p', -5));
    all.put("length 3", header('p', 3));
    all.put("a megabyte", first(FIRST + "x".repeat(1 << 20)));
    all.put("no nonce", first("n,,n=app"));
    all.put("empty nonce", first("n,,n=,r="));
    all.put("no header", first("n=,r=abcdefghijklmnop"));
    all.put("channel binding we did not offer", first("p=tls-unique,,n=,r=abcdefghijkl"));
    all.put("authorisation identity", first("n,a=postgres,n=,r=abcdefghijklmnop"));
    all.put("mandatory extension", first("n,,m=x,n=,r=abcdefghijklmnop"));
    all.put("only commas", first(",,,,,,,,"));
    all.put("zeros", first("\0\0\0\0"));
    all.put("nonce with controls", first("n,,n=,r=abc\u0001\u007f"));
    all.put("a query", query("SELECT 1"));
    all.put("a sync", Frontend.sync());
    all.put("a terminate", Frontend.terminate());
    all.put("another startup", startup(Frontend.V3_0, HostileStartups.with("user", "postgres")));
    all.put("a cancel request", Frontend.cancelRequest(1, int32(1)));
    all.put("a TLS request", Frontend.sslRequest());
    return all;
  }

  private static byte[] plus() {
    return "p=tls-server-end-point,,n=,r=abcdefghijkl".getBytes(UTF_8);
  }

  private static byte[] initial(int claimedBytes) {
    return message(
        'p', concat("SCRAM-SHA-256\0".getBytes(UTF_8), int32(claimedBytes), FIRST.getBytes(UTF_8)));
  }

  private static Map<String, byte[]> lastAnswers() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    String proof = ",p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    all.put("no nonce", last("c=biws" + proof));
    all.put("other nonce", last("c=biws,r=somethingelse" + proof));
    all.put("no proof", last("c=biws,r=NONCE"));
    all.put("proof first", last(proof.substring(1) + ",c=biws,r=NONCE"));
    all.put("empty", last(""));
    all.put("proof not base64", last("c=biws,r=NONCE,p=***"));
    all.put("proof too short", last("c=biws,r=NONCE,p=AAAA"));
    all.put("proof too long", last("c=biws,r=NONCE,p=" + "AAAA".repeat(2000)));
    all.put("other channel binding", last("c=eSws,r=NONCE" + proof));
    all.put("wrong proof", last("c=biws,r=NONCE" + proof));
    all.put("initial response again", first(FIRST));
    all.put("another startup", startup(Frontend.V3_0, HostileStartups.with("user", "postgres")));
    all.put("a query", query("SELECT 1"));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> firstAnswer_hostile_isRefused() {
    return firstAnswers().entrySet().stream()
        .map(answer ->
            DynamicTest.dynamicTest(
                answer.getKey(),
                () -> {
                  try (RawClient client = asked()) {
                    isRefused(client, answer.getValue());
                  }
                  bystander.isUnharmed();
                }));
  }

  @TestFactory
  Stream<DynamicTest> lastAnswer_hostile_isRefused() {
    return lastAnswers().entrySet().stream()
        .map(answer ->
            DynamicTest.dynamicTest(
                answer.getKey(),
                () -> {
                  try (RawClient client = asked()) {
                    client.send(first(FIRST));
                    Message challenge = client.receive();
                    assertThat(challenge.tag()).isEqualTo('R');
                    isRefused(client, withNonce(answer.getValue(), challenge));
                  }
                  bystander.isUnharmed();
                }));
  }

  /// Puts in the nonce the server has just made; its message is `r=…,s=…,i=…`.
  private static byte[] withNonce(byte[] answer, Message challenge) {
    String text = new String(answer, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (!text.contains("NONCE")) {
      return answer;
    }
    String said = new String(challenge.body(), 4, challenge.bodyBytes() - 4, UTF_8);
    String nonce = said.substring("r=".length(), said.indexOf(','));
    return saslResponse(text.substring(5).replace("NONCE", nonce).getBytes(UTF_8));
  }

  private static void isRefused(RawClient client, byte[] answer) throws IOException {
    try {
      client.send(answer);
    } catch (ConnectionLost expected) { // refused before it was read to its end
      return;
    }
    client.halfClose();
    assertThat(Backend.hasReadyForQuery(client.receiveBytesUntilClosed()))
        .as("was let in: %s", client)
        .isFalse();
  }

  @Test
  void login_wrongPassword_isRefused() {
    assertThatThrownBy(() -> RawClient.login(endpoint.as(endpoint.user(), "wrong")))
        .isInstanceOfSatisfying(
            LoginRefused.class, refused -> assertThat(refused.sqlState()).isEqualTo("28P01"));
  }

  /// What an attacker learns of a user there is and of one there is not must be the same.
  @Test
  void login_unknownUser_looksLikeAWrongPassword() throws IOException {
    TestProxy.Kind.assumeProxy();
    for (int i = 0; i < 3; i++) {
      Endpoint nobody = endpoint.as("nobody" + i, "nobody");
      assertThatThrownBy(() -> RawClient.login(nobody))
          .isInstanceOfSatisfying(
              LoginRefused.class, refused -> assertThat(refused.sqlState()).isEqualTo("28P01"));
    }
    bystander.isUnharmed();
  }

  @Test
  void login_slowerThanTheTimeout_isClosed() throws IOException {
    TestProxy.Kind.assumeProxy();
    byte[] packet = startup(Frontend.V3_0, HostileStartups.with("padding", "x".repeat(500)));
    for (int stage = 0; stage < 3; stage++) {
      try (RawClient client = RawClient.open(endpoint).patience(SOON)) {
        long start = System.nanoTime();
        drip(client, packet, stage);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LOGIN.multipliedBy(3));
      }
    }
    bystander.isUnharmed();
  }

  /// Nothing at all, one byte now and then, or everything but the SASL answer: each until the end.
  private static void drip(RawClient client, byte[] packet, int stage) throws IOException {
    try {
      switch (stage) {
        case 0 -> {}
        case 1 -> {
          for (int i = 0; i < packet.length; i++) {
            client.send(new byte[] {packet[i]});
            client.poll(Duration.ofMillis(50));
          }
        }
        default -> client.send(startup(Frontend.V3_0, endpoint.startupParameters()));
      }
      client.receiveUntilClosed();
    } catch (ConnectionLost expected) { // closed while we dripped
      return;
    }
  }

  @Test
  void login_hundredsOfSlowOnes_doNotKeepOthersOut() throws IOException {
    List<RawClient> slow = new java.util.ArrayList<>();
    for (int i = 0; i < 300; i++) {
      slow.add(RawClient.open(endpoint));
    }
    bystander.isUnharmed();
    for (RawClient client : slow) {
      client.vanish();
    }
    bystander.isUnharmed();
  }
}
