package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.ASKER;
import static io.trunkline.proxy.AuthQueryScene.DATABASE;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.access.TestIssuer;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A role that may log in no longer, though somebody else than its password vouches for the client,
/// and though there is a connection of the role in the pool. Passwords and LDAP are in
/// [RoleChangesIT].
class NologinIT {
  private static final int UNIX_PORT = 6544;
  private static final String REFUSED = "role \"carol\" is not permitted to log in";

  @TempDir private static Path files;

  private static EmbeddedServer server;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = newServer(ServerOptions.newest());
    server.execute("CREATE ROLE carol PASSWORD 'carol'");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void maySheLogIn() throws SQLException {
    server.execute("ALTER ROLE carol LOGIN");
  }

  private static ProxyServer proxy(String listener, String auth) {
    return Configured.start(
        """
        listeners: [{ role: any, %s }]
        clusters:
          main:
            members: ['127.0.0.1:%d']
            probe: { user: probe, interval: 100ms, timeout: 500ms }
        databases: { %s: {} }
        users: { carol: { password: carol } }
        auth: { %s, query_refresh: 0, %s }
        """
            .formatted(listener, server.port(), DATABASE, ASKER, auth));
  }

  /// @param login says who it is then, or why it is nobody
  private static void countsFor(Callable<String> login) throws Exception {
    assertThat(login.call()).isEqualTo("carol");
    server.execute("ALTER ROLE carol NOLOGIN");
    assertThat(login.call()).contains(REFUSED);
  }

  @Test
  void nologin_byPeer_counts() throws Exception {
    String me = System.getProperty("user.name");
    Path ident = Files.writeString(files.resolve("ident"), "us \"" + me + "\" carol\n");
    String listener = "address: '%s', port: %d".formatted(files, UNIX_PORT);
    String auth = "hba: ['local all all peer map=us'], ident_file: '%s'".formatted(ident);
    try (ProxyServer _ = proxy(listener, auth)) {
      countsFor(NologinIT::psql);
    }
  }

  private static String psql() throws Exception {
    var endpoint = new Endpoint(files.toString(), UNIX_PORT, "carol", "", DATABASE);
    Path output = Files.createTempFile(files, "psql", ".out");
    Process psql =
        Tool.installed("psql")
            .begin(endpoint, output, "-d", DATABASE, "-XAtc", "SELECT current_user");
    assertThat(psql.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output).strip();
  }

  @Test
  void nologin_byCertificate_counts() throws Exception {
    Authority authority = new Authority("Test CA");
    Authority.write(files, "host", authority.host("127.0.0.1"));
    Authority.write(files, "carol", authority.user("carol"));
    authority.writeRoots(files.resolve("ca.crt"));
    String listener =
        "address: 127.0.0.1, port: 0, tls: { mode: require, cert_file: '%1$s/host.crt',"
                .formatted(files)
            + " key_file: '%1$s/host.key', ca_file: '%1$s/ca.crt' }".formatted(files);
    try (ProxyServer proxy = proxy(listener, "hba: ['hostssl all all all cert']")) {
      countsFor(() -> byCertificate(Configured.port(proxy, 0)));
    }
  }

  private static String byCertificate(int port) {
    String url =
        "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=require&pemKeyAlgorithm=EC"
                .formatted(port, DATABASE)
            + "&sslcert=%1$s/carol.crt&sslkey=%1$s/carol.key".formatted(files);
    try (var connection = DriverManager.getConnection(url, "carol", "");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT current_user")) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  @Test
  void nologin_byToken_counts() throws Exception {
    try (TestIssuer issuer = new TestIssuer()) {
      String line = "host all all all oauth issuer=%s scope=\"openid\"".formatted(issuer.url());
      String auth = "oauth_audience: %s, hba: ['%s']".formatted(TestIssuer.AUDIENCE, line);
      try (ProxyServer proxy = proxy("address: 127.0.0.1, port: 0", auth)) {
        String token = issuer.token("carol");
        countsFor(() -> byToken(Configured.port(proxy, 0), token));
      }
    }
  }

  private static String byToken(int port, String token) throws IOException {
    Endpoint endpoint = new Endpoint("127.0.0.1", port, "carol", "", DATABASE);
    try (RawClient client = RawClient.open(endpoint)) {
      client.send(Frontend.startup(Frontend.V3_0, endpoint.startupParameters()));
      assertThat(client.receive().tag()).isEqualTo('R');
      byte[] first =
          "n,,|auth=Bearer %s||"
              .formatted(token)
              .replace('|', '\u0001')
              .getBytes(StandardCharsets.UTF_8);
      client.send(Frontend.saslInitialResponse("OAUTHBEARER", first));
      Message said = client.receive();
      while (!said.isReady() && !said.isError()) {
        said = client.receive();
      }
      return said.isError() ? said.fields().get('M') : client.query("SELECT current_user").value();
    }
  }

  /// A service whose modules let in everybody; only root can make one.
  @Test
  void nologin_byPam_counts() throws Exception {
    Path services = Path.of("/etc/pam.d");
    boolean can =
        Files.isWritable(services)
            && Stream.of("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/lib/x86_64-linux-gnu")
                .anyMatch(lib -> Files.exists(Path.of(lib, "security/pam_permit.so")));
    assumeTrue(can, "PAM is not here, or its services cannot be made: that takes root");
    Path service = services.resolve("trunkline-nologin-" + ProcessHandle.current().pid());
    Files.writeString(service, "auth required pam_permit.so\naccount required pam_permit.so\n");
    String line = "host all all all pam pamservice=" + service.getFileName();
    try (ProxyServer proxy = proxy("address: 127.0.0.1, port: 0", "hba: ['" + line + "']")) {
      countsFor(() -> byPassword(Configured.port(proxy, 0)));
    } finally {
      Files.delete(service);
    }
  }

  private static String byPassword(int port) throws IOException {
    var endpoint = new Endpoint("127.0.0.1", port, "carol", "whatever", DATABASE);
    try (RawClient client = RawClient.login(endpoint)) {
      return client.query("SELECT current_user").value();
    } catch (LoginRefused refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}
