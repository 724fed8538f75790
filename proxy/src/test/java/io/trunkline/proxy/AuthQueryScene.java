package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;

/// PostgreSQL servers that want the real thing from everybody, and proxies that ask them for their
/// users' secrets.
final class AuthQueryScene {
  static final String DATABASE = "shop";
  static final String ASKER = "query_user: asker, query_password: asker";

  static ProxyServer proxyBefore(String method, String auth, String members) {
    String yaml =
        """
        listeners: [{ address: 127.0.0.1, port: 0, role: any, auth_method: %s }]
        clusters:
          main:
            members: [%s]
            probe: { user: probe, interval: 100ms, timeout: 500ms }
            hold: 5s
        databases: { %s: {}, '*': {} }
        users: { known: { password: known } }
        pool: { connect_timeout: 3s, login_retry: 50ms }
        auth: { %s }
        """
            .formatted(method, members, DATABASE, auth);
    return Configured.start(yaml);
  }

  static Endpoint at(ProxyServer proxy, String user, String password) {
    int port = Configured.port(proxy, 0);
    return new Endpoint("127.0.0.1", port, user, password, DATABASE);
  }

  /// Logs in and asks the server who it thinks this is.
  static String whoAmI(ProxyServer proxy, String user, String password) throws IOException {
    return whoAmI(at(proxy, user, password));
  }

  static String whoAmI(Endpoint endpoint) throws IOException {
    try (RawClient client = RawClient.login(endpoint)) {
      return client.query("SELECT current_user").value();
    }
  }

  static void letsIn(ProxyServer proxy, String user, String password) throws IOException {
    assertThat(whoAmI(proxy, user, password)).isEqualTo(user);
  }

  static Message refusal(Endpoint endpoint) throws IOException {
    try {
      RawClient.login(endpoint).close();
    } catch (LoginRefused refused) {
      return refused.error();
    }
    throw new AssertionError(endpoint.user() + " was let in");
  }

  static String refusal(ProxyServer proxy, String user, String password) throws IOException {
    return refusal(at(proxy, user, password)).sqlState();
  }

  private AuthQueryScene() {}

  static EmbeddedServer newServer(ServerOptions options) throws IOException, SQLException {
    EmbeddedServer made =
        EmbeddedServer.create(
            options
                .hba("local all all trust")
                .hba("host all postgres 127.0.0.1/32 trust")
                .hba("host all probe 127.0.0.1/32 trust")
                .hba("host all old 127.0.0.1/32 md5")
                .hba("host all all 127.0.0.1/32 scram-sha-256")
                .setting("password_encryption", "scram-sha-256"));
    made.execute("CREATE ROLE probe LOGIN");
    made.execute("CREATE ROLE asker LOGIN SUPERUSER PASSWORD 'asker'");
    made.execute("CREATE ROLE alice LOGIN PASSWORD 'alice'");
    made.execute("CREATE DATABASE " + DATABASE);
    return made;
  }
}
