package io.trunkline.health.patroni;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.protocol.tls.HttpsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/// An authority, and files with what it has certified.
final class Certificates {
  private final Path directory;
  private final String name;
  private final X509Bundle authority;

  Certificates(Path directory, String name) throws Exception {
    this.directory = directory;
    this.name = name;
    authority =
        new CertificateBuilder()
            .subject("CN=" + name)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  Path roots() throws Exception {
    return Files.writeString(directory.resolve(name + "-ca.crt"), authority.getCertificatePEM());
  }

  /// Of a server on loopback, or of a client: they trust this authority.
  HttpsSettings identity(String subject) throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .subject("CN=" + subject)
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority);
    Path cert = directory.resolve(subject + ".crt");
    Path key = directory.resolve(subject + ".key");
    Files.writeString(cert, bundle.getCertificatePEM());
    Files.writeString(key, bundle.getPrivateKeyPEM());
    return new HttpsSettings(roots(), cert, key, null);
  }

  /// Who shows no certificate and trusts this authority.
  HttpsSettings trust() throws Exception {
    return new HttpsSettings(roots(), null, null, null);
  }

  SSLContext server(String subject) throws Exception {
    return identity(subject).context();
  }
}
