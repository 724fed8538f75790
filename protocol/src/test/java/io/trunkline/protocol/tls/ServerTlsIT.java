package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.protocol.tls.Dialer.Outcome;
import io.trunkline.settings.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Against PostgreSQL itself, which lets `both` in either way, `secret` with TLS only, `open`
/// without only, and `alice` with her certificate.
class ServerTlsIT {
  private static EmbeddedServer newest;
  private static EmbeddedServer oldest;
  private static EmbeddedServer without;

  @TempDir Path directory;
  private final Dialer dialer = new Dialer();

  @BeforeAll
  static void start() throws IOException, SQLException {
    newest = withTls(ServerOptions.newest());
    oldest = withTls(ServerOptions.postgres(ServerOptions.OLDEST));
    without = EmbeddedServer.create(ServerOptions.newest().hba("host all all all trust"));
    without.execute("CREATE ROLE \"both\" LOGIN");
  }

  private static EmbeddedServer withTls(ServerOptions options) throws IOException, SQLException {
    X509Bundle certificate = Pki.SERVER;
    EmbeddedServer server =
        EmbeddedServer.create(
            options
                .setting("ssl", "on")
                .setting("ssl_ca_file", "root.crt")
                .file("server.crt", certificate.getCertificatePathPEM())
                .file("server.key", certificate.getPrivateKeyPEM())
                .file("root.crt", Pki.CA.getCertificatePEM())
                .hba("hostssl all alice all cert")
                .hba("hostssl all secret all trust")
                .hba("hostnossl all open all trust")
                .hba("host all postgres,both all trust"));
    server.execute(
        "CREATE ROLE alice LOGIN; CREATE ROLE secret LOGIN; CREATE ROLE open LOGIN;"
            + " CREATE ROLE \"both\" LOGIN");
    return server;
  }

  @AfterAll
  static void stop() throws IOException {
    for (EmbeddedServer server : new EmbeddedServer[] {newest, oldest, without}) {
      if (server != null) {
        server.close();
      }
    }
  }

  @AfterEach
  void hangUp() {
    dialer.close();
  }

  @ParameterizedTest
  @CsvSource({
    // mode, user, answer, with TLS, connections
    "DISABLE, both, welcome, false, 1",
    "DISABLE, secret, 28000, false, 1",
    "ALLOW, both, welcome, false, 1",
    "ALLOW, secret, welcome, true, 2",
    "ALLOW, nobody, 28000, true, 2",
    "PREFER, both, welcome, true, 1",
    "PREFER, open, welcome, false, 2",
    "PREFER, nobody, 28000, false, 2",
    "REQUIRE, both, welcome, true, 1",
    "REQUIRE, open, 28000, true, 1",
    "VERIFY_CA, both, welcome, true, 1",
    "VERIFY_FULL, both, welcome, true, 1",
    "VERIFY_FULL, secret, welcome, true, 1",
  })
  void login_serverWithTls_asLibpq(
      SslMode mode, String user, String answer, boolean secured, int connections) throws Exception {
    for (EmbeddedServer server : new EmbeddedServer[] {newest, oldest}) {
      Outcome outcome =
          dialer.dial(
              new ServerSide(directory).mode(mode).ca(Pki.CA).tls(), server.address(), user);
      assertThat(outcome.answer()).as(server.toString()).isEqualTo(answer);
      assertThat(outcome.connections()).isEqualTo(connections);
      assertThat(outcome.secured()).isEqualTo(secured);
    }
  }

  @ParameterizedTest
  @CsvSource({"DISABLE, true", "ALLOW, true", "PREFER, true", "REQUIRE, false", "VERIFY_CA, false"})
  void login_serverWithoutTls_worksUnlessRequired(SslMode mode, boolean welcome) throws Exception {
    Outcome outcome =
        dialer.dial(
            new ServerSide(directory).mode(mode).ca(Pki.CA).tls(), without.address(), "both");
    assertThat(outcome.welcome()).as(outcome.answer()).isEqualTo(welcome);
    assertThat(outcome.secured()).isFalse();
    assertThat(outcome.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = SslMode.class,
      names = {"REQUIRE", "VERIFY_CA", "VERIFY_FULL"})
  void login_direct_needsPostgres17(SslMode mode) throws Exception {
    ServerTls tls = new ServerSide(directory).mode(mode).ca(Pki.CA).direct().tls();
    assertThat(dialer.dial(tls, newest.address(), "secret").welcome()).isTrue();
    assertThat(dialer.dial(tls, oldest.address(), "secret").answer())
        .startsWith("TLS handshake failed");
    assertThat(dialer.dial(tls, without.address(), "both").answer())
        .startsWith("TLS handshake failed");
  }

  @Test
  void login_rootsOfAnotherAuthority_preferFallsBackAndVerifyCaDoesNot() throws Exception {
    ServerSide strangers = new ServerSide(directory).ca(Pki.OTHER_CA);
    Outcome prefer = dialer.dial(strangers.mode(SslMode.PREFER).tls(), newest.address(), "both");
    assertThat(prefer.welcome()).isTrue();
    assertThat(prefer.secured()).isFalse();
    assertThat(prefer.connections()).isEqualTo(2);
    Outcome verify = dialer.dial(strangers.mode(SslMode.VERIFY_CA).tls(), newest.address(), "both");
    assertThat(verify.answer()).startsWith("TLS handshake failed");
  }

  @Test
  void login_certificateAuthentication_takesOurCertificate() throws Exception {
    ServerSide proxy = new ServerSide(directory).mode(SslMode.VERIFY_FULL).ca(Pki.CA);
    HostPort server = newest.address();
    assertThat(dialer.dial(proxy.tls(), server, "alice").answer()).isEqualTo("28000");
    assertThat(dialer.dial(proxy.cert(Pki.ALICE).tls(), server, "alice").welcome()).isTrue();
  }

  @Test
  void login_secured_knowsTheServersEndPoint() throws Exception {
    Outcome outcome = dialer.dial(new ServerSide(directory).tls(), newest.address(), "both");
    byte[] expected = TlsServerEndPoint.of(Pki.SERVER.getCertificate());
    assertThat(outcome.endPoint()).isEqualTo(HexFormat.of().formatHex(expected));
  }
}
