package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.settings.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClientTlsTest {
  private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

  @TempDir Path directory;

  /// What a client may show for itself.
  enum Shown {
    NOTHING,
    ALICE,
    EXPIRED,
    FALSE_CA;

    Optional<X509Bundle> certificate() {
      return switch (this) {
        case NOTHING -> Optional.empty();
        case ALICE -> Optional.of(Pki.ALICE);
        case EXPIRED -> Optional.of(Pki.ALICE_EXPIRED);
        case FALSE_CA -> Optional.of(Pki.ALICE_OF_FALSE_CA);
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ALLOW, NOTHING, true",
    "ALLOW, ALICE, true",
    "ALLOW, EXPIRED, false",
    "ALLOW, FALSE_CA, false",
    "REQUIRE, NOTHING, true",
    "REQUIRE, ALICE, true",
    "REQUIRE, EXPIRED, false",
    "VERIFY_CA, NOTHING, false",
    "VERIFY_CA, ALICE, true",
    "VERIFY_CA, EXPIRED, false",
    "VERIFY_CA, FALSE_CA, false",
    "VERIFY_FULL, NOTHING, false",
    "VERIFY_FULL, ALICE, true",
    "VERIFY_FULL, EXPIRED, false",
    "VERIFY_FULL, FALSE_CA, false"
  })
  void handshake_withRoots_acceptsClientsByMode(SslMode mode, Shown shown, boolean accepted) {
    ClientTlsSettings settings =
        new ClientSide(directory).mode(mode).cert(Pki.SERVER).ca(Pki.CA).settings();
    for (SslProvider provider : List.of(SslProvider.OPENSSL, SslProvider.JDK)) {
      try (Handshake handshake =
          Handshake.between(ClientTls.of(settings, provider), client(shown))) {
        assertThat(handshake.works())
            .as("%s: %s", provider, handshake.serverFailure())
            .isEqualTo(accepted);
        assertThat(accepted ? PeerIdentity.of(handshake.server.handler) : Optional.empty())
            .isEqualTo(
                accepted
                    ? shown.certificate().map(X509Bundle::getCertificate).map(PeerIdentity::of)
                    : Optional.empty());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Shown.class)
  void handshake_withoutRoots_asksForNoCertificate(Shown shown) {
    ClientTls listener = new ClientSide(directory).mode(SslMode.REQUIRE).cert(Pki.SERVER).tls();
    try (Handshake handshake = Handshake.between(listener, client(shown))) {
      assertThat(handshake.works()).isTrue();
      assertThat(PeerIdentity.of(handshake.server.handler)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FALSE_CA, UNKNOWN_CA",
    "EXPIRED, CERTIFICATE_EXPIRED",
    "NOTHING, CERTIFICATE_REQUIRED",
  })
  void handshake_badClient_isToldWhy(Shown shown, String alert) {
    ClientTls listener =
        new ClientSide(directory).mode(SslMode.VERIFY_CA).cert(Pki.SERVER).ca(Pki.CA).tls();
    try (Handshake handshake = Handshake.between(listener, client(shown))) {
      assertThat(handshake.clientFailure()).contains(alert);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void handshake_ed25519Certificate_works(SslProvider provider) {
    X509Bundle certificate = Pki.server().algorithm(Algorithm.ed25519).issued(Pki.CA);
    ClientTls listener =
        ClientTls.of(new ClientSide(directory).cert(certificate).settings(), provider);
    ServerTls client =
        ServerTls.of(new ServerSide(directory).ca(Pki.CA).settings(), SslProvider.JDK);
    try (Handshake handshake = Handshake.between(listener, client)) {
      assertThat(handshake.works()).as(handshake.serverFailure()).isTrue();
    }
  }

  @Test
  void handshake_revokedClient_fails() {
    Path crl = Revocations.of(Pki.CA, Pki.ALICE).writeTo(directory.resolve("ca.crl"));
    ClientTls listener =
        new ClientSide(directory)
            .mode(SslMode.VERIFY_CA)
            .cert(Pki.SERVER)
            .ca(Pki.CA)
            .crl(crl)
            .tls();
    try (Handshake handshake = Handshake.between(listener, client(Shown.ALICE))) {
      assertThat(handshake.works()).isFalse();
      assertThat(handshake.serverFailure()).contains("revoked");
    }
  }

  @ParameterizedTest
  @CsvSource({"OPENSSL, OPENSSL", "OPENSSL, JDK", "JDK, OPENSSL", "JDK, JDK"})
  void directHandshake_bothNamePostgresql_works(SslProvider server, SslProvider client) {
    ClientTls listener =
        ClientTls.of(new ClientSide(directory).cert(Pki.SERVER).settings(), server);
    ServerTls proxy = ServerTls.of(new ServerSide(directory).direct().settings(), client);
    try (Handshake handshake = Handshake.direct(listener, proxy)) {
      assertThat(handshake.works()).as(handshake.serverFailure()).isTrue();
      assertThat(handshake.client.handler.applicationProtocol()).isEqualTo("postgresql");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void directHandshake_clientWithoutAlpn_isRefusedAndUnheard(SslProvider provider)
      throws SSLException {
    ClientTls listener =
        ClientTls.of(new ClientSide(directory).cert(Pki.SERVER).settings(), provider);
    SslHandler client = strangeClient().newHandler(ALLOCATOR);
    try (Handshake handshake =
        Handshake.between(listener.newHandler(ALLOCATOR, SslNegotiation.DIRECT), client)) {
      assertThat(handshake.server.secured).isFalse();
      assertThat(handshake.serverFailure())
          .isEqualTo("direct TLS without ALPN protocol \"postgresql\"");
      assertThat(handshake.hears(handshake.client, handshake.server)).isFalse();
      assertThat(handshake.server.channel.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void directHandshake_serverWithoutAlpn_isRefused(SslProvider provider) throws SSLException {
    SslContext plain =
        SslContextBuilder.forServer(
                Pki.SERVER.getKeyPair().getPrivate(), Pki.SERVER.getCertificatePath())
            .build();
    ServerTls proxy = ServerTls.of(new ServerSide(directory).direct().settings(), provider);
    try (Handshake handshake =
        Handshake.between(plain.newHandler(ALLOCATOR), proxy.newHandler(ALLOCATOR, Handshake.DB))) {
      assertThat(handshake.client.secured).isFalse();
      assertThat(handshake.clientFailure()).contains("ALPN");
    }
  }

  @Test
  void negotiatedHandshake_clientWithoutAlpn_works() throws SSLException {
    ClientTls listener = new ClientSide(directory).cert(Pki.SERVER).tls();
    SslHandler client = strangeClient().newHandler(ALLOCATOR);
    try (Handshake handshake =
        Handshake.between(listener.newHandler(ALLOCATOR, SslNegotiation.POSTGRES), client)) {
      assertThat(handshake.works()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, TLSv1.2",
    "TLSv1.3, TLSv1.3",
  })
  void handshake_oneProtocolAllowed_usesIt(String allowed, String used) throws SSLException {
    for (SslProvider provider : List.of(SslProvider.OPENSSL, SslProvider.JDK)) {
      ClientTls listener =
          ClientTls.of(
              new ClientSide(directory).cert(Pki.SERVER).protocols(allowed).settings(), provider);
      try (Handshake handshake = Handshake.between(listener, client(Shown.NOTHING))) {
        assertThat(handshake.server.handler.engine().getSession().getProtocol()).isEqualTo(used);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OPENSSL, ECDHE-ECDSA-AES256-GCM-SHA384",
    "OPENSSL, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "JDK, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
  })
  void handshake_oneCipherAllowed_usesItBelow13AndKeeps13(SslProvider provider, String cipher) {
    ClientTlsSettings settings =
        new ClientSide(directory).cert(Pki.SERVER).ciphers(cipher).settings();
    ClientTls listener = ClientTls.of(settings, provider);
    ServerTls old = new ServerSide(directory).protocols("TLSv1.2").tls();
    try (Handshake below13 = Handshake.between(listener, old);
        Handshake with13 = Handshake.between(listener, client(Shown.NOTHING))) {
      assertThat(below13.works()).as(below13.serverFailure()).isTrue();
      assertThat(below13.server.handler.engine().getSession().getCipherSuite())
          .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
      assertThat(with13.server.handler.engine().getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void reload_renewedCertificate_isShownToTheNextClientOnly() throws Exception {
    ClientSide settings = new ClientSide(directory).cert(Pki.SERVER);
    ClientTls listener = settings.tls();
    try (Handshake before = Handshake.between(listener, client(Shown.NOTHING))) {
      settings.cert(Pki.SERVER_RENEWED); // The same files.
      assertThat(listener.reload()).isEmpty();
      try (Handshake after = Handshake.between(listener, client(Shown.NOTHING))) {
        assertThat(seen(before)).isEqualTo(Pki.SERVER.getCertificate());
        assertThat(seen(after)).isEqualTo(Pki.SERVER_RENEWED.getCertificate());
        assertThat(before.works()).isTrue();
      }
    }
  }

  @Test
  void reload_keyOfAnotherCertificate_keepsTheOldOneAndSaysWhy() throws Exception {
    ClientTls listener = new ClientSide(directory).cert(Pki.SERVER).tls();
    Pki.write(directory.resolve("listener.key"), Pki.SERVER_RENEWED.getPrivateKeyPEM());
    assertThat(listener.reload()).singleElement().extracting(Problem::key).isEqualTo("key_file");
    Files.delete(directory.resolve("listener.crt"));
    assertThat(listener.reload()).singleElement().extracting(Problem::key).isEqualTo("cert_file");
    try (Handshake handshake = Handshake.between(listener, client(Shown.NOTHING))) {
      assertThat(seen(handshake)).isEqualTo(Pki.SERVER.getCertificate());
    }
    assertThat(listener.expires()).isEqualTo(Pki.FUTURE);
  }

  @Test
  void of_badSettings_refuses() {
    ClientTlsSettings settings = new ClientSide(directory).mode(SslMode.REQUIRE).settings();
    assertThatThrownBy(() -> ClientTls.of(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cert_file");
  }

  @Test
  void newHandler_disabled_refuses() {
    ClientTls off = ClientTls.of(ClientTlsSettings.DISABLED);
    assertThat(off.offered()).isFalse();
    assertThat(off.required()).isFalse();
    assertThat(off.reload()).isEmpty();
    assertThatThrownBy(() -> off.newHandler(ALLOCATOR, SslNegotiation.POSTGRES))
        .isInstanceOf(IllegalStateException.class);
  }

  private static X509Certificate seen(Handshake handshake) throws SSLPeerUnverifiedException {
    return (X509Certificate)
        handshake.client.handler.engine().getSession().getPeerCertificates()[0];
  }

  private ServerTls client(Shown shown) {
    ServerSide settings = new ServerSide(directory);
    shown.certificate().ifPresent(settings::cert);
    return settings.tls();
  }

  /// Knows nothing of ALPN.
  private static SslContext strangeClient() throws SSLException {
    return SslContextBuilder.forClient()
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .build();
  }
}
