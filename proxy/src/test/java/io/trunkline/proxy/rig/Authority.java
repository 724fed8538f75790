package io.trunkline.proxy.rig;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// A certificate authority of the tests.
public final class Authority {
  private static final Instant PAST = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant FUTURE = Instant.parse("2120-01-01T00:00:00Z");

  private final X509Bundle own;

  public Authority(String name) {
    try {
      own =
          new CertificateBuilder()
              .subject("CN=" + name)
              .notBefore(PAST)
              .notAfter(FUTURE)
              .setIsCertificateAuthority(true)
              .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign)
              .buildSelfSigned();
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// A new certificate for a host, by its address and these names.
  public X509Bundle host(String address, String... names) {
    CertificateBuilder builder = leaf("host");
    builder.addSanIpAddress(address);
    for (String name : names) {
      builder.addSanDnsName(name);
    }
    return issue(builder);
  }

  /// A new certificate for a PostgreSQL user.
  public X509Bundle user(String name) {
    return issue(leaf(name));
  }

  private static CertificateBuilder leaf(String name) {
    return new CertificateBuilder().subject("CN=" + name).notBefore(PAST).notAfter(FUTURE);
  }

  private X509Bundle issue(CertificateBuilder builder) {
    try {
      return builder.buildIssuedBy(own);
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public X509Bundle bundle() {
    return own;
  }

  /// Writes what others need to believe it.
  public Path writeRoots(Path file) throws IOException {
    return Files.writeString(file, own.getCertificatePEM());
  }

  /// Writes `NAME.crt` and `NAME.key`, over those that are there.
  public static void write(Path directory, String name, X509Bundle bundle) throws IOException {
    Files.writeString(directory.resolve(name + ".crt"), bundle.getCertificatePathPEM());
    Files.writeString(directory.resolve(name + ".key"), bundle.getPrivateKeyPEM());
  }
}
