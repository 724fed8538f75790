package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TlsServerEndPointTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "signed-md5.crt, SHA-256",
    "signed-sha1.crt, SHA-256",
    "rsa.crt, SHA-256",
    "ec.crt, SHA-256",
    "signed-sha384.crt, SHA-384",
    "signed-sha512.crt, SHA-512",
    "signed-pss-sha384.crt, SHA-384"
  })
  void of_signature_decidesTheHash(String file, String hash) throws Exception {
    X509Certificate certificate = Fixture.certificate(file);
    assertThat(TlsServerEndPoint.of(certificate))
        .isEqualTo(MessageDigest.getInstance(hash).digest(certificate.getEncoded()));
  }

  @Test
  void of_ed25519_isUndefined() throws Exception {
    assertThat(TlsServerEndPoint.of(Fixture.certificate("ed25519.crt"))).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Algorithm.class,
      names = {"ecp256", "ecp384", "rsa2048"})
  void ofOwnAndOfPeer_bothEnds_agree(Algorithm algorithm) {
    X509Bundle server = Pki.server().algorithm(algorithm).issued(Pki.CA);
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      for (SslProvider provider : List.of(SslProvider.OPENSSL, SslProvider.JDK)) {
        ClientTls listener =
            ClientTls.of(new ClientSide(directory).cert(server).settings(), provider);
        ServerTls proxy =
            ServerTls.of(new ServerSide(directory).protocols(protocol).settings(), provider);
        try (Handshake handshake = Handshake.between(listener, proxy)) {
          assertThat(TlsServerEndPoint.ofOwn(handshake.server.handler))
              .isEqualTo(TlsServerEndPoint.of(server.getCertificate()))
              .isNotNull();
          assertThat(TlsServerEndPoint.ofPeer(handshake.client.handler))
              .isEqualTo(TlsServerEndPoint.of(server.getCertificate()));
          assertThat(TlsServerEndPoint.ofPeer(handshake.server.handler)).isNull();
          assertThat(TlsServerEndPoint.ofOwn(handshake.client.handler)).isNull();
        }
      }
    }
  }
}
