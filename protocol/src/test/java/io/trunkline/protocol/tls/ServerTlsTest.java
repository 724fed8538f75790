package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.settings.HostPort;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTlsTest {
  @TempDir Path directory;

  /// What servers may show. `SELF_SIGNED…` are their own root in the client's `ca_file`.
  enum Shown {
    GOOD,
    EXPIRED,
    WRONG_CA,
    WRONG_HOST,
    SELF_SIGNED,
    SELF_SIGNED_AND_KNOWN,
    SELF_SIGNED_AND_KNOWN_EXPIRED;

    X509Bundle certificate() {
      return switch (this) {
        case GOOD -> Pki.SERVER;
        case EXPIRED -> Pki.SERVER_EXPIRED;
        case WRONG_CA -> Pki.SERVER_OF_OTHER_CA;
        case WRONG_HOST -> Pki.SERVER_ELSEWHERE;
        case SELF_SIGNED, SELF_SIGNED_AND_KNOWN -> Pki.SERVER_SELF_SIGNED;
        case SELF_SIGNED_AND_KNOWN_EXPIRED -> Pki.SERVER_SELF_SIGNED_EXPIRED;
      };
    }

    X509Bundle root() {
      return switch (this) {
        case GOOD, EXPIRED, WRONG_CA, WRONG_HOST, SELF_SIGNED -> Pki.CA;
        case SELF_SIGNED_AND_KNOWN, SELF_SIGNED_AND_KNOWN_EXPIRED -> certificate();
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ALLOW, GOOD, true",
    "ALLOW, EXPIRED, false",
    "ALLOW, WRONG_CA, false",
    "ALLOW, WRONG_HOST, true",
    "ALLOW, SELF_SIGNED, false",
    "PREFER, GOOD, true",
    "PREFER, EXPIRED, false",
    "PREFER, WRONG_CA, false",
    "PREFER, WRONG_HOST, true",
    "PREFER, SELF_SIGNED, false",
    "REQUIRE, GOOD, true",
    "REQUIRE, EXPIRED, false",
    "REQUIRE, WRONG_CA, false",
    "REQUIRE, WRONG_HOST, true",
    "REQUIRE, SELF_SIGNED, false",
    "REQUIRE, SELF_SIGNED_AND_KNOWN, true",
    "REQUIRE, SELF_SIGNED_AND_KNOWN_EXPIRED, false",
    "VERIFY_CA, GOOD, true",
    "VERIFY_CA, EXPIRED, false",
    "VERIFY_CA, WRONG_CA, false",
    "VERIFY_CA, WRONG_HOST, true",
    "VERIFY_CA, SELF_SIGNED, false",
    "VERIFY_CA, SELF_SIGNED_AND_KNOWN, true",
    "VERIFY_CA, SELF_SIGNED_AND_KNOWN_EXPIRED, false",
    "VERIFY_FULL, GOOD, true",
    "VERIFY_FULL, EXPIRED, false",
    "VERIFY_FULL, WRONG_CA, false",
    "VERIFY_FULL, WRONG_HOST, false",
    "VERIFY_FULL, SELF_SIGNED, false",
    "VERIFY_FULL, SELF_SIGNED_AND_KNOWN, true",
    "VERIFY_FULL, SELF_SIGNED_AND_KNOWN_EXPIRED, false",
  })
  void handshake_withRoots_acceptsByMode(SslMode mode, Shown shown, boolean accepted) {
    for (SslProvider provider : List.of(SslProvider.OPENSSL, SslProvider.JDK)) {
      ServerTls client =
          ServerTls.of(new ServerSide(directory).mode(mode).ca(shown.root()).settings(), provider);
      try (Handshake handshake = Handshake.between(listener(shown.certificate()), client)) {
        assertThat(handshake.works())
            .as("%s: %s", provider, handshake.clientFailure())
            .isEqualTo(accepted);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Shown.class)
  void handshake_requireWithoutRoots_acceptsAnything(Shown shown) {
    ServerTls client = new ServerSide(directory).mode(SslMode.REQUIRE).tls();
    try (Handshake handshake = Handshake.between(listener(shown.certificate()), client)) {
      assertThat(handshake.works()).as(handshake.clientFailure()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void handshake_wrongHost_saysWhichNameWasMet(SslProvider provider) {
    ServerTls client =
        ServerTls.of(
            new ServerSide(directory).mode(SslMode.VERIFY_FULL).ca(Pki.CA).settings(), provider);
    try (Handshake handshake = Handshake.between(listener(Pki.SERVER_ELSEWHERE), client)) {
      assertThat(handshake.clientFailure())
          .isEqualTo(
              "server certificate for \"x.example.org\" does not match host name"
                  + " \"db.example.org\"");
      assertThat(handshake.serverFailure()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "DB.example.org"})
  void handshake_verifyFull_acceptsEveryNameOfTheCertificate(String host) {
    ServerTls client = new ServerSide(directory).mode(SslMode.VERIFY_FULL).ca(Pki.CA).tls();
    try (Handshake handshake =
        Handshake.between(listener(Pki.SERVER), client, new HostPort(host, 5432))) {
      assertThat(handshake.works()).as(handshake.clientFailure()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "db.example.org, db.example.org",
    "localhost, localhost",
    "pg_1,",
    "127.0.0.1,",
    "::1,"
  })
  void handshake_anyHost_announcesNamesButNotAddresses(String host, String announced) {
    for (SslProvider provider : List.of(SslProvider.OPENSSL, SslProvider.JDK)) {
      ServerTls client = ServerTls.of(new ServerSide(directory).settings(), provider);
      try (Handshake handshake =
          Handshake.between(listener(Pki.SERVER), client, new HostPort(host, 5432))) {
        ExtendedSSLSession session =
            (ExtendedSSLSession) handshake.server.handler.engine().getSession();
        assertThat(session.getRequestedServerNames())
            .as("%s", provider)
            .extracting(name -> ((SNIHostName) name).getAsciiName())
            .isEqualTo(announced == null ? List.of() : List.of(announced));
      }
    }
  }

  @Test
  void handshake_withCertificate_showsItToTheServer() {
    ClientTls listener =
        new ClientSide(directory).mode(SslMode.VERIFY_FULL).cert(Pki.SERVER).ca(Pki.CA).tls();
    ServerTls client = new ServerSide(directory).cert(Pki.ALICE).tls();
    try (Handshake handshake = Handshake.between(listener, client)) {
      assertThat(handshake.works()).as(handshake.serverFailure()).isTrue();
      assertThat(PeerIdentity.of(handshake.server.handler))
          .contains(new PeerIdentity("alice", "CN=alice,O=Acme"));
    }
  }

  @Test
  void reload_newRoots_countsForTheNextConnection() {
    ServerSide settings = new ServerSide(directory).mode(SslMode.VERIFY_FULL).ca(Pki.OTHER_CA);
    ServerTls client = settings.tls();
    ClientTls listener = listener(Pki.SERVER);
    try (Handshake before = Handshake.between(listener, client)) {
      assertThat(before.works()).isFalse();
    }
    settings.ca(Pki.CA, Pki.OTHER_CA); // The same file.
    assertThat(client.reload()).isEmpty();
    try (Handshake after = Handshake.between(listener, client)) {
      assertThat(after.works()).as(after.clientFailure()).isTrue();
    }
  }

  @Test
  void reload_badRoots_keepsTheOldOnes() {
    ServerSide settings = new ServerSide(directory).mode(SslMode.VERIFY_FULL).ca(Pki.CA);
    ServerTls client = settings.tls();
    Pki.write(directory.resolve("proxy-roots.crt"), "nothing");
    assertThat(client.reload()).singleElement().extracting("key").isEqualTo("ca_file");
    try (Handshake handshake = Handshake.between(listener(Pki.SERVER), client)) {
      assertThat(handshake.works()).isTrue();
    }
  }

  @Test
  void handshake_revokedServer_fails() {
    Path crl = Revocations.of(Pki.CA, Pki.SERVER).writeTo(directory.resolve("ca.crl"));
    ServerTls client = new ServerSide(directory).mode(SslMode.VERIFY_CA).ca(Pki.CA).crl(crl).tls();
    try (Handshake revoked = Handshake.between(listener(Pki.SERVER), client);
        Handshake good = Handshake.between(listener(Pki.SERVER_RENEWED), client)) {
      assertThat(revoked.works()).isFalse();
      assertThat(revoked.clientFailure()).contains("revoked");
      assertThat(good.works()).as(good.clientFailure()).isTrue();
    }
  }

  private ClientTls listener(X509Bundle certificate) {
    return new ClientSide(directory).cert(certificate).tls();
  }
}
