package io.trunkline.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a stranger hears who guesses names: message by message the same whether there is such a
/// user, such a database, both or neither. No server is needed for that, and none is there.
class StrangersIT {
  private static final String VERIFIER =
      "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$"
          + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
          + ":AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  private static ProxyServer proxy(String method, String secret) {
    return Configured.start(
        """
        listeners: [{ address: 127.0.0.1, port: 0, role: any, auth_method: %s }]
        clusters: { main: { members: ['127.0.0.1:1'], probe: { user: probe } } }
        databases: { shop: {} }
        users: { alice: { password: '%s' }, bobby: { password: '%s' } }
        """
            .formatted(method, secret, secret));
  }

  /// Everything that is said to a wrong password, without what differs at every login, and with a
  /// name in place of the name.
  private static List<String> heard(ProxyServer proxy, String user, String database)
      throws IOException {
    var endpoint = new Endpoint("127.0.0.1", Configured.port(proxy, 0), user, "", database);
    List<String> all = new ArrayList<>();
    try (RawClient client = RawClient.open(endpoint)) {
      client.send(Frontend.startup(Frontend.V3_0, endpoint.startupParameters()));
      while (true) {
        Message message = client.receive();
        String text = new String(message.body(), UTF_8).replace(user, "NAME");
        if (message.isError()) {
          all.add(message.bodyBytes() + " " + text);
          return all;
        }
        all.add(message.tag() + " " + message.bodyBytes() + " " + shape(message, text));
        answer(client, message);
      }
    }
  }

  /// The kind; of a SCRAM challenge all but the nonce, of which there is the length.
  private static String shape(Message message, String text) {
    int kind = message.body()[3];
    if (kind != 11) {
      return Integer.toString(kind);
    }
    String challenge = text.substring(4);
    String salt = challenge.replaceAll(".*,s=([^,]*),.*", "$1");
    return "%d %d bytes of salt, %s"
        .formatted(
            kind,
            Base64.getDecoder().decode(salt).length,
            challenge.substring(challenge.indexOf(",i=")));
  }

  private static void answer(RawClient client, Message message) throws IOException {
    String text = new String(message.body(), UTF_8);
    switch (message.body()[3]) {
      case 3 -> client.send(Frontend.password("wrong"));
      case 5 -> client.send(Frontend.password("md5" + "0".repeat(32)));
      case 10 ->
          client.send(
              Frontend.saslInitialResponse(
                  "SCRAM-SHA-256", "n,,n=,r=abcdefghijkl".getBytes(UTF_8)));
      case 11 -> {
        String nonce = text.substring("r=".length() + 4, text.indexOf(','));
        String proof = Base64.getEncoder().encodeToString(new byte[32]);
        client.send(Frontend.saslResponse(("c=biws,r=" + nonce + ",p=" + proof).getBytes(UTF_8)));
      }
      default -> throw new AssertionError(message);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "scram-sha-256, plain",
    "scram-sha-256, " + VERIFIER,
    "scram-sha-256, md5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "md5, " + VERIFIER,
    "password, plain",
    "password, " + VERIFIER,
    "password, md5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  })
  void login_namesGuessed_soundTheSame(String method, String secret) throws IOException {
    if (method.equals("scram-sha-256") && secret.startsWith("md5")) {
      return; // a mistake of the configuration
    }
    try (ProxyServer proxy = proxy(method, secret)) {
      List<String> wrong = heard(proxy, "alice", "shop");
      assertThat(wrong).hasSize(method.equals("password") ? 2 : 3);
      assertThat(wrong.getLast()).contains("password authentication failed for user \"NAME\"");
      assertThat(heard(proxy, "bobby", "shop")).isEqualTo(wrong);
      assertThat(heard(proxy, "carol", "shop")).as("no such user").isEqualTo(wrong);
      assertThat(heard(proxy, "alice", "nope")).as("no such database").isEqualTo(wrong);
      assertThat(heard(proxy, "carol", "nope")).as("neither").isEqualTo(wrong);
    }
  }

  /// A salt that changed from one login to the next would tell that it is made up.
  @Test
  void salt_ofOneName_isAlwaysTheSame() throws IOException {
    try (ProxyServer proxy = proxy("scram-sha-256", "plain")) {
      for (String name : new String[] {"alice", "carol"}) {
        assertThat(salt(proxy, name)).isEqualTo(salt(proxy, name));
      }
      assertThat(salt(proxy, "carol")).isNotEqualTo(salt(proxy, "david"));
    }
  }

  private static String salt(ProxyServer proxy, String user) throws IOException {
    var endpoint = new Endpoint("127.0.0.1", Configured.port(proxy, 0), user, "", "shop");
    try (RawClient client = RawClient.open(endpoint)) {
      client.send(Frontend.startup(Frontend.V3_0, endpoint.startupParameters()));
      answer(client, client.receive());
      String challenge = new String(client.receive().body(), UTF_8);
      return challenge.replaceAll("(?s).*,s=([^,]*),.*", "$1");
    }
  }
}
