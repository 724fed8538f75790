package io.trunkline.protocol.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Checks that a certificate chain leads to one of the given roots (RFC 5280) and, when there are
/// revocation lists, that no certificate of it is revoked. Asks nobody over the network.
final class TrustedRoots extends X509ExtendedTrustManager {

  /// OpenSSL's `X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY`: becomes the alert `unknown_ca`.
  private static final int UNKNOWN_ISSUER = 20;

  private static final Set<CertPathValidatorException.Reason> OWN_ALERT =
      Set.of(BasicReason.EXPIRED, BasicReason.NOT_YET_VALID, BasicReason.REVOKED);

  private final X509ExtendedTrustManager pkix;

  TrustedRoots(List<X509Certificate> roots, List<X509CRL> revocations) {
    pkix = pkix(roots, revocations);
  }

  private static X509ExtendedTrustManager pkix(
      List<X509Certificate> roots, List<X509CRL> revocations) {
    Set<TrustAnchor> anchors =
        roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
      parameters.setRevocationEnabled(!revocations.isEmpty());
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocations)));
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(parameters));
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager x509) {
          return x509;
        }
      }
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has PKIX", impossible);
    }
    throw new IllegalStateException("PKIX made no trust manager");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, () -> pkix.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, () -> pkix.checkClientTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, () -> pkix.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, () -> pkix.checkClientTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, () -> pkix.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, () -> pkix.checkClientTrusted(chain, authType, socket));
  }

  /// One of the checks PKIX offers.
  private interface Check {
    void run() throws CertificateException;
  }

  /// PKIX trusts a root for its name alone: a self-signed certificate that is its own root would be
  /// good for ever, were its dates not looked at here.
  private static void check(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException refused) {
      throw explained(refused);
    }
    chain[0].checkValidity();
  }

  /// The engine tells the peer about dates and revocation by itself, but calls the commonest
  /// failure, a chain that leads to no root of ours, an internal error.
  private static CertificateException explained(CertificateException refused) {
    for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathValidatorException path
          && OWN_ALERT.contains(path.getReason())) {
        return refused;
      }
    }
    return new OpenSslCertificateException(refused.getMessage(), refused, UNKNOWN_ISSUER);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return pkix.getAcceptedIssuers();
  }
}
