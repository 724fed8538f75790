package io.trunkline.protocol.tls;

import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The channel binding `tls-server-end-point` (RFC 5929, section 4.1): a hash of the TLS server's
/// certificate, which SCRAM-SHA-256-PLUS signs on both ends.
///
/// The hash is the one the certificate's own signature uses, SHA-256 in place of MD5 and SHA-1. A
/// signature without a single hash function (Ed25519, Ed448) has no such binding: the answer is
/// null and SCRAM-SHA-256-PLUS cannot be offered.
public final class TlsServerEndPoint {
  private TlsServerEndPoint() {}

  /// The binding where we are the TLS server, of the certificate this very connection was shown.
  public static byte @Nullable [] ofOwn(SslHandler handler) {
    Certificate[] chain = handler.engine().getSession().getLocalCertificates();
    return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate x509
        ? of(x509)
        : null;
  }

  /// The binding where we are the TLS client, of the certificate the server has shown.
  public static byte @Nullable [] ofPeer(SslHandler handler) {
    Optional<X509Certificate> certificate = PeerIdentity.peerCertificate(handler);
    return certificate.isPresent() ? of(certificate.get()) : null;
  }

  /// The binding of a certificate.
  public static byte @Nullable [] of(X509Certificate certificate) {
    String digest = digest(certificate);
    if (digest == null) {
      return null;
    }
    try {
      return MessageDigest.getInstance(digest).digest(certificate.getEncoded());
    } catch (GeneralSecurityException expected) { // A hash this JDK does not know: no binding.
      return null;
    }
  }

  private static @Nullable String digest(X509Certificate certificate) {
    String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (signature.equals("RSASSA-PSS")) {
      return pssDigest(certificate);
    }
    int with = signature.indexOf("WITH");
    return with < 0 ? null : atLeastSha256(signature.substring(0, with));
  }

  /// RSASSA-PSS (RFC 4055) names its hash in parameters; absent ones mean SHA-1.
  private static @Nullable String pssDigest(X509Certificate certificate) {
    byte[] encoded = certificate.getSigAlgParams();
    if (encoded == null) {
      return "SHA-256";
    }
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(encoded);
      return atLeastSha256(
          parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
    } catch (IOException | InvalidParameterSpecException malformed) {
      return null;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has RSASSA-PSS", impossible);
    }
  }

  /// Signatures say `SHA384`, digests `SHA-384`; both say `SHA3-384`.
  private static String atLeastSha256(String hash) {
    return switch (hash) {
      case "MD5", "SHA1", "SHA-1" -> "SHA-256";
      case "SHA224", "SHA256", "SHA384", "SHA512" -> "SHA-" + hash.substring(3);
      default -> hash;
    };
  }
}
