package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/// TLS with servers through the whole proxy: a cluster, and a listener before it, for each of
/// libpq's sslmodes, all with the same PostgreSQL behind them. It lets `either` in with TLS and
/// without, `secret` with TLS only, `plain` without only, and `known` with a certificate; it says
/// itself what it has.
class TlsToServersIT {
  private static final List<String> CLUSTERS =
      List.of(
          "{ sslmode: disable }",
          "{ sslmode: allow }",
          "{ sslmode: prefer }",
          "{ sslmode: require }",
          "{ sslmode: verify-ca, ca_file: 'DIR/ca.crt' }",
          "{ sslmode: verify-full, ca_file: 'DIR/ca.crt' }",
          "{ sslmode: verify-full, sslnegotiation: direct, ca_file: 'DIR/ca.crt' }",
          "{ sslmode: verify-full, ca_file: 'DIR/ca.crt', cert_file: 'DIR/known.crt',"
              + " key_file: 'DIR/known.key' }",
          "{ sslmode: verify-ca, ca_file: 'DIR/changing-ca.crt' }");
  private static final int MODES = 6;
  private static final int DIRECT = MODES;
  private static final int MUTUAL = MODES + 1;
  private static final int CHANGING = MODES + 2;

  /// What a client is told that waited in vain for a connection to be opened.
  private static final String WAITED = "53300";

  @TempDir private static Path directory;
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Authority OTHER = new Authority("Other CA");
  private static EmbeddedServer server;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws IOException, SQLException {
    X509Bundle host = AUTHORITY.host("127.0.0.1");
    server =
        EmbeddedServer.create(
            ServerOptions.newest()
                .setting("ssl", "on")
                .setting("ssl_ca_file", "ca.crt")
                .file("server.crt", host.getCertificatePathPEM())
                .file("server.key", host.getPrivateKeyPEM())
                .file("ca.crt", AUTHORITY.bundle().getCertificatePEM())
                .hba("hostssl all known all cert")
                .hba("hostssl all secret all trust")
                .hba("hostnossl all plain all trust")
                .hba("host all postgres,probe,either,late,later all trust"));
    server.execute(
        "CREATE ROLE probe LOGIN; CREATE ROLE either LOGIN; CREATE ROLE secret LOGIN;"
            + " CREATE ROLE plain LOGIN; CREATE ROLE known LOGIN; CREATE ROLE late LOGIN;"
            + " CREATE ROLE later LOGIN");
    Authority.write(directory, "known", AUTHORITY.user("known"));
    AUTHORITY.writeRoots(directory.resolve("ca.crt"));
    AUTHORITY.writeRoots(directory.resolve("changing-ca.crt"));
    proxy = Configured.start(yaml());
  }

  private static String yaml() {
    List<String> listeners = new ArrayList<>();
    List<String> clusters = new ArrayList<>();
    for (int i = 0; i < CLUSTERS.size(); i++) {
      listeners.add(
          "  - { address: 127.0.0.1, port: 0, role: primary, cluster: c%d }".formatted(i));
      clusters.add(
          """
            c%d:
              members: ['127.0.0.1:%d']
              probe: { user: probe }
              tls: %s
          """
              .formatted(i, server.port(), CLUSTERS.get(i).replace("DIR", directory.toString())));
    }
    return """
    listeners:
    %s
    clusters:
    %s
    users: { either: {}, secret: {}, plain: {}, known: {}, late: {}, later: {} }
    admin: { users: { admin: { password: admin, role: admin } } }
    auth: { method: trust }
    pool: { login_retry: 10ms, query_wait_timeout: 2s }
    """
        .formatted(String.join("\n", listeners), String.join("", clusters));
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    server.close();
  }

  /// Whether the server has TLS, in its own words, or the SQLSTATE of the refusal.
  private static String fate(int cluster, String user) throws IOException {
    Endpoint at = new Endpoint("127.0.0.1", Configured.port(proxy, cluster), user, "", "postgres");
    try (RawClient client = RawClient.login(at)) {
      return "t"
              .equals(
                  client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").value())
          ? "TLS"
          : "plain";
    } catch (LoginRefused refused) {
      return refused.sqlState();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // user, disable, allow, prefer, require, verify-ca, verify-full
    "either, plain, plain, TLS,   TLS,   TLS,   TLS",
    "secret, 28000, TLS,   TLS,   TLS,   TLS,   TLS",
    "plain,  plain, plain, plain, 28000, 28000, 28000",
  })
  void login_everyMode_isAsLibpq(ArgumentsAccessor row) throws IOException {
    for (int mode = 0; mode < MODES; mode++) {
      assertThat(fate(mode, row.getString(0)))
          .as("%s, %s", row.getString(0), CLUSTERS.get(mode))
          .isEqualTo(row.getString(mode + 1));
    }
  }

  @Test
  void login_direct_works() throws IOException {
    assertThat(fate(DIRECT, "secret")).isEqualTo("TLS");
  }

  @Test
  void login_mutual_showsOurCertificate() throws IOException {
    assertThat(fate(MUTUAL, "known")).isEqualTo("TLS");
    assertThat(fate(MODES - 1, "known")).as("without one").isEqualTo("28000");
  }

  @Test
  void reload_authorityThatDoesNotVouch_keepsNewConnectionsOut_untilItIsBack() throws Exception {
    assertThat(fate(CHANGING, "either")).isEqualTo("TLS");
    OTHER.writeRoots(directory.resolve("changing-ca.crt"));
    assertThat(reload()).isEqualTo("00000");
    assertThat(fate(CHANGING, "late")).as("a new connection").isEqualTo(WAITED);
    assertThat(fate(CHANGING, "either")).as("an open one").isEqualTo("TLS");
    AUTHORITY.writeRoots(directory.resolve("changing-ca.crt"));
    assertThat(fate(CHANGING, "later")).as("nothing was said yet").isEqualTo(WAITED);
    assertThat(reload()).isEqualTo("00000");
    assertThat(fate(CHANGING, "later")).isEqualTo("TLS");
  }

  private static String reload() throws IOException {
    Endpoint console =
        new Endpoint("127.0.0.1", Configured.port(proxy, 0), "admin", "admin", "trunkline");
    try (RawClient admin = RawClient.login(console)) {
      return admin.query("RELOAD").sqlState();
    }
  }
}
