package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.DATABASE;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.access.TestIssuer;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients with a token, whose server connections the configuration's passwords open.
class OauthIT {
  private static EmbeddedServer server;
  private static TestIssuer issuer;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = newServer(ServerOptions.newest());
    server.execute("CREATE ROLE carol LOGIN PASSWORD 'carol'");
    issuer = new TestIssuer();
    proxy =
        Configured.start(
            """
            listeners: [{ address: 127.0.0.1, port: 0, role: any }]
            clusters:
              main:
                members: ['127.0.0.1:%d']
                probe: { user: probe, interval: 100ms, timeout: 500ms }
            databases: { %s: {} }
            users: { alice: { password: alice } }
            pool: { connect_timeout: 3s, login_retry: 50ms }
            auth:
              oauth_audience: %s
              hba: ['host all all all oauth issuer=%s scope="openid db"']
            """
                .formatted(server.port(), DATABASE, TestIssuer.AUDIENCE, issuer.url()));
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    issuer.close();
    server.close();
  }

  private static RawClient dial(String user, String initial) throws IOException {
    int port = Configured.port(proxy, 0);
    Endpoint endpoint = new Endpoint("127.0.0.1", port, user, "", DATABASE);
    RawClient client = RawClient.open(endpoint);
    client.send(Frontend.startup(Frontend.V3_0, endpoint.startupParameters()));
    Message sasl = client.receive();
    assertThat(new String(sasl.body(), 4, sasl.bodyBytes() - 4, UTF_8))
        .isEqualTo("OAUTHBEARER\0\0");
    byte[] first = initial.replace('|', '\u0001').getBytes(UTF_8);
    client.send(Frontend.saslInitialResponse("OAUTHBEARER", first));
    return client;
  }

  private static RawClient present(String user, String token) throws IOException {
    return dial(user, "n,,|auth=Bearer " + token + "||");
  }

  @Test
  void login_goodToken_opensASession() throws IOException {
    try (RawClient client = present("alice", issuer.token("alice"))) {
      client.receiveUntilReady();
      assertThat(client.query("SELECT current_user").value()).isEqualTo("alice");
    }
  }

  private static void isToldWhere(RawClient client) throws IOException {
    Message where = client.receive();
    assertThat(new String(where.body(), 4, where.bodyBytes() - 4, UTF_8))
        .isEqualTo(
            ("{\"status\":\"invalid_token\",\"openid-configuration\":"
                    + "\"%s/.well-known/openid-configuration\",\"scope\":\"openid db\"}")
                .formatted(issuer.url()));
    client.send(Frontend.saslResponse(new byte[] {1}));
    Message error = client.receive();
    assertThat(error.sqlState()).isEqualTo("28000");
    assertThat(error.fields().get('M'))
        .isEqualTo("OAuth bearer authentication failed for user \"alice\"");
  }

  @Test
  void login_noTokenOrAnothers_isToldWhereToGetOne() throws IOException {
    try (RawClient client = dial("alice", "n,,|auth=||")) {
      isToldWhere(client);
    }
    try (RawClient client = present("alice", issuer.token("bob"))) {
      isToldWhere(client);
    }
  }

  /// A token says who the client is; it opens no server.
  @Test
  void login_noPasswordForTheServer_isSaid() throws IOException {
    try (RawClient client = present("carol", issuer.token("carol"))) {
      Message error = client.receiveUntil('E').getLast();
      assertThat(error.fields().get('M')).contains("there is no password for the user");
    }
  }
}
