package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslProvider;
import io.trunkline.settings.Problem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Groups, and suites of TLSv1.3, of either side's own choice, with either engine.
class TlsChoicesTest {
  @TempDir Path directory;

  private ClientSide listener() {
    return new ClientSide(directory).cert(Pki.SERVER);
  }

  private ServerSide dialer() {
    return new ServerSide(directory);
  }

  private static Handshake between(ClientSide server, ServerSide client, SslProvider provider) {
    return Handshake.between(
        ClientTls.of(server.settings(), provider), ServerTls.of(client.settings(), provider));
  }

  @ParameterizedTest
  @CsvSource({
    "OPENSSL, P-384, secp384r1",
    "JDK, P-384, secp384r1",
    "OPENSSL, prime256v1, secp256r1",
    "JDK, prime256v1, P-256",
    "JDK, X25519, x25519",
    "OPENSSL, X25519MLKEM768, X25519MLKEM768"
  })
  void groups_inCommon_areUsed(SslProvider provider, String ours, String theirs) {
    try (Handshake both = between(listener().groups(ours), dialer().groups(theirs), provider)) {
      assertThat(both.works()).as(both.serverFailure()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OPENSSL, TLSv1.3",
    "OPENSSL, TLSv1.2",
    "JDK, TLSv1.3",
    "JDK, TLSv1.2",
  })
  void groups_noneInCommon_endTheHandshake(SslProvider provider, String protocol) {
    ClientSide server = listener().groups("secp384r1", "prime256v1").protocols(protocol);
    try (Handshake none = between(server, dialer().groups("X25519"), provider);
        Handshake one = between(server, dialer().groups("X25519", "P-256"), provider)) {
      assertThat(none.works()).isFalse();
      assertThat(none.serverFailure()).isNotEmpty();
      assertThat(one.works()).as(one.serverFailure()).isTrue();
    }
  }

  @Test
  void groups_unknown_areNamed() {
    assertThat(listener().groups("prime256v1", "brainpool").settings().problems())
        .containsExactly(
            new Problem(
                "groups", "brainpool", "some of X25519, P-256, P-384, P-521, X25519MLKEM768"));
    assertThat(dialer().groups("").settings().problems()).hasSize(1);
    assertThat(
            listener()
                .groups("X25519MLKEM768")
                .tls13Ciphers("TLS_AES_128_GCM_SHA256")
                .settings()
                .problems())
        .containsExactly(
            new Problem("groups", "X25519MLKEM768", "some of X25519, P-256, P-384, P-521"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256"
      })
  void tls13Ciphers_one_isTheOnlyOne(String suite) {
    ClientTls only = ClientTls.of(listener().tls13Ciphers(suite).settings());
    String other = suite.contains("256_GCM") ? "TLS_AES_128_GCM_SHA256" : "TLS_AES_256_GCM_SHA384";
    try (Handshake any = Handshake.between(only, dialer().tls());
        Handshake none = Handshake.between(only, dialer().tls13Ciphers(other).tls())) {
      assertThat(any.works()).as(any.serverFailure()).isTrue();
      assertThat(any.client.handler.engine().getSession().getCipherSuite()).isEqualTo(suite);
      assertThat(none.works()).isFalse();
    }
  }

  /// The wish of the side that connects.
  @Test
  void tls13Ciphers_ofOurs_areAllThatServersAreOffered() {
    ClientTls server = listener().tls();
    ServerTls ours = dialer().tls13Ciphers("TLS_CHACHA20_POLY1305_SHA256").tls();
    try (Handshake handshake = Handshake.between(server, ours)) {
      assertThat(handshake.works()).as(handshake.serverFailure()).isTrue();
      assertThat(handshake.server.handler.engine().getSession().getCipherSuite())
          .isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
    }
  }

  /// The JDK's engine, which the choice takes, does not know OpenSSL's names by itself.
  @Test
  void tls13Ciphers_withCiphersOfOpenSsl_bothCount() {
    ClientTls both =
        listener()
            .tls13Ciphers("TLS_AES_256_GCM_SHA384")
            .ciphers("ECDHE-ECDSA-AES256-GCM-SHA384")
            .tls();
    try (Handshake old = Handshake.between(both, dialer().protocols("TLSv1.2").tls());
        Handshake now = Handshake.between(both, dialer().tls())) {
      assertThat(old.server.handler.engine().getSession().getCipherSuite())
          .isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
      assertThat(now.server.handler.engine().getSession().getCipherSuite())
          .isEqualTo("TLS_AES_256_GCM_SHA384");
    }
  }

  @Test
  void tls13Ciphers_unknown_areNamed() {
    assertThat(dialer().tls13Ciphers("TLS_AES_128_CCM_SHA256").settings().problems())
        .containsExactly(
            new Problem(
                "tls13_ciphers",
                "TLS_AES_128_CCM_SHA256",
                "some of TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384,"
                    + " TLS_CHACHA20_POLY1305_SHA256"));
  }

  @Test
  void tls13Ciphers_all_leaveTheEngineAsItIs() {
    List<String> all =
        List.of("TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");
    assertThat(TlsSuites.provider(all)).isEqualTo(TlsSuites.PROVIDER);
    assertThat(TlsSuites.provider(all.subList(0, 2))).isEqualTo(SslProvider.JDK);
  }
}
