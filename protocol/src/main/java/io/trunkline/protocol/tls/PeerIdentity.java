package io.trunkline.protocol.tls;

import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// Whom a certificate was made out to: what `cert` authentication compares with the user name
/// (PostgreSQL docs, "Certificate Authentication"; `clientname=CN` and `clientname=DN`).
///
/// @param commonName the subject's first common name, null when there is none
/// @param distinguishedName the whole subject as RFC 2253 writes it, which is how PostgreSQL shows
///   it in `pg_stat_ssl.client_dn`
public record PeerIdentity(@Nullable String commonName, String distinguishedName) {

  /// Attribute types beyond RFC 2253's own, by the names OpenSSL gives them; without a name they
  /// would be printed as numbers.
  private static final Map<String, String> KEYWORDS =
      Map.of(
          "1.2.840.113549.1.9.1", "emailAddress",
          "2.5.4.4", "SN",
          "2.5.4.5", "serialNumber",
          "2.5.4.12", "title",
          "2.5.4.42", "GN",
          "2.5.4.43", "initials",
          "2.5.4.46", "dnQualifier",
          "2.5.4.65", "pseudonym");

  /// The client of a connection whose handshake has succeeded; empty when it presented no
  /// certificate. [ClientTls] only ever accepts certificates it has verified.
  public static Optional<PeerIdentity> of(SslHandler handler) {
    return peerCertificate(handler).map(PeerIdentity::of);
  }

  static Optional<X509Certificate> peerCertificate(SslHandler handler) {
    try {
      Certificate[] chain = handler.engine().getSession().getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate x509
          ? Optional.of(x509)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException expected) { // How an engine says: none presented.
      return Optional.empty();
    }
  }

  /// Whom this certificate was made out to.
  public static PeerIdentity of(X509Certificate certificate) {
    X500Principal subject = certificate.getSubjectX500Principal();
    return new PeerIdentity(commonName(subject), subject.getName(X500Principal.RFC2253, KEYWORDS));
  }

  private static @Nullable String commonName(X500Principal subject) {
    try {
      // LdapName counts from the right, which is the order inside the certificate.
      for (Rdn rdn : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
        Attribute commonName = rdn.toAttributes().get("CN");
        if (commonName != null) {
          return commonName.get() instanceof String text && text.indexOf('\0') < 0 ? text : null;
        }
      }
      return null;
    } catch (InvalidNameException expected) { // No name that RFC 2253 can write: no common name.
      return null;
    } catch (NamingException impossible) {
      throw new IllegalStateException("an attribute held in memory", impossible);
    }
  }
}
