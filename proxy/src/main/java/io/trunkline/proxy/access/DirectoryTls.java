package io.trunkline.proxy.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// TLS with a directory, which must show a certificate of somebody we trust. Blocks.
final class DirectoryTls {
  private DirectoryTls() {}

  /// @param caFile PEM file with the roots; null for those of the JDK
  static SSLSocketFactory sockets(@Nullable Path caFile)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(caFile == null ? null : roots(caFile));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  private static KeyStore roots(Path caFile) throws GeneralSecurityException, IOException {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null, null);
    try (InputStream in = Files.newInputStream(caFile)) {
      for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        roots.setCertificateEntry("root-" + roots.size(), root);
      }
    }
    if (roots.size() == 0) {
      throw new IOException("no certificate in " + caFile);
    }
    return roots;
  }
}
