package io.trunkline.protocol.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Decides whether a server is the one we meant, by libpq's rules: any certificate will do without
/// roots, the chain is checked with them, and `verify-full` compares the host name as well.
///
/// libpq checks the chain in the weaker modes too as soon as it finds a root file, "for backwards
/// compatibility". So do we: a `ca_file` somebody wrote down is there to be used.
final class ServerTrust extends X509ExtendedTrustManager {

  /// OpenSSL's `X509_V_ERR_HOSTNAME_MISMATCH`: what the engine makes its alert of.
  private static final int HOST_NAME_MISMATCH = 62;

  private final @Nullable TrustedRoots roots;
  private final SslMode mode;

  private ServerTrust(@Nullable TrustedRoots roots, SslMode mode) {
    this.roots = roots;
    this.mode = mode;
  }

  static ServerTrust of(SslMode mode, TlsMaterial material) {
    boolean anyCertificate = material.roots().isEmpty();
    if (anyCertificate && mode.verifiesPeer()) {
      throw new IllegalArgumentException("no roots for " + mode);
    }
    return new ServerTrust(
        anyCertificate ? null : new TrustedRoots(material.roots(), material.revocations()), mode);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (roots != null) {
      roots.checkServerTrusted(chain, authType, engine);
    }
    if (mode == SslMode.VERIFY_FULL) {
      Optional<String> mismatch = HostNames.mismatch(chain[0], engine.getPeerHost());
      if (mismatch.isPresent()) {
        throw new OpenSslCertificateException(mismatch.get(), HOST_NAME_MISMATCH);
      }
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0]; // Only a TLS server tells its peer whom it accepts.
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) {
    throw unexpected();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
    throw unexpected();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) {
    throw unexpected();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
    throw unexpected();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
    throw unexpected();
  }

  /// Without the engine there is no host name, and we are never TLS's server with this class.
  private static IllegalStateException unexpected() {
    return new IllegalStateException("a server's certificate is checked with its engine only");
  }
}
