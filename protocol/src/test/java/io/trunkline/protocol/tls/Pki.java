package io.trunkline.protocol.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A certificate authority for tests, and everything it should and should not have signed.
final class Pki {
  static final Instant PAST = Instant.parse("2020-01-01T00:00:00Z");
  static final Instant FUTURE = Instant.parse("2120-01-01T00:00:00Z");

  static final X509Bundle CA = authority("CN=Test CA");
  static final X509Bundle OTHER_CA = authority("CN=Other CA");

  /// Has the name of the real one: a client would show certificates of no other.
  static final X509Bundle FALSE_CA = authority("CN=Test CA");

  /// For `db.example.org`, `localhost`, `127.0.0.1` and `::1`.
  static final X509Bundle SERVER = server().issued(CA);

  static final X509Bundle SERVER_RENEWED = server().issued(CA);
  static final X509Bundle SERVER_OF_OTHER_CA = server().issued(OTHER_CA);
  static final X509Bundle SERVER_EXPIRED = server().expired().issued(CA);
  static final X509Bundle SERVER_ELSEWHERE = leaf("CN=x").dns("x.example.org").issued(CA);
  static final X509Bundle SERVER_SELF_SIGNED = server().selfSigned();
  static final X509Bundle SERVER_SELF_SIGNED_EXPIRED = server().expired().selfSigned();

  static final X509Bundle ALICE = leaf("CN=alice,O=Acme").issued(CA);
  static final X509Bundle ALICE_EXPIRED = leaf("CN=alice").expired().issued(CA);
  static final X509Bundle ALICE_OF_FALSE_CA = leaf("CN=alice").issued(FALSE_CA);

  private Pki() {}

  private static X509Bundle authority(String name) {
    return new Leaf(
            new CertificateBuilder()
                .subject(name)
                .notBefore(PAST)
                .notAfter(FUTURE)
                .setIsCertificateAuthority(true)
                .setKeyUsage(
                    true,
                    CertificateBuilder.KeyUsage.keyCertSign,
                    CertificateBuilder.KeyUsage.cRLSign))
        .selfSigned();
  }

  static Leaf leaf(String name) {
    return new Leaf(new CertificateBuilder().subject(name).notBefore(PAST).notAfter(FUTURE));
  }

  static Leaf server() {
    return leaf("CN=server").dns("db.example.org").dns("localhost").ip("127.0.0.1").ip("::1");
  }

  /// A certificate in the making.
  record Leaf(CertificateBuilder builder) {
    Leaf dns(String name) {
      builder.addSanDnsName(name);
      return this;
    }

    Leaf ip(String address) {
      builder.addSanIpAddress(address);
      return this;
    }

    Leaf uri(String uri) {
      try {
        builder.addSanUriName(uri);
        return this;
      } catch (URISyntaxException wrong) {
        throw new IllegalArgumentException(wrong);
      }
    }

    Leaf expired() {
      builder.notAfter(PAST.plus(Duration.ofDays(365)));
      return this;
    }

    Leaf algorithm(CertificateBuilder.Algorithm algorithm) {
      builder.algorithm(algorithm);
      return this;
    }

    X509Bundle issued(X509Bundle authority) {
      try {
        return builder.buildIssuedBy(authority);
      } catch (Exception failed) {
        throw new IllegalStateException(failed);
      }
    }

    X509Bundle selfSigned() {
      try {
        return builder.setIsCertificateAuthority(true).buildSelfSigned();
      } catch (Exception failed) {
        throw new IllegalStateException(failed);
      }
    }
  }

  /// The files of a certificate and its key.
  record KeyPairFiles(Path cert, Path key) {}

  static KeyPairFiles write(Path directory, String name, X509Bundle bundle) {
    return new KeyPairFiles(
        write(directory.resolve(name + ".crt"), bundle.getCertificatePathPEM()),
        write(directory.resolve(name + ".key"), bundle.getPrivateKeyPEM()));
  }

  static Path writeRoots(Path directory, String name, X509Bundle... authorities) {
    return write(
        directory.resolve(name + ".crt"),
        String.join(
            "\n", List.of(authorities).stream().map(X509Bundle::getCertificatePEM).toList()));
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
