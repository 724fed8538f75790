package io.trunkline.health;

import io.trunkline.settings.Secret;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// TLS between the probe and a member, in libpq's words. PostgreSQL docs, "libpq", "SSL Support".
///
/// @param sslmode `disable` … `verify-full`
/// @param rootCertificate a PEM file, or `system` for the authorities Java trusts; null for none
/// @param certificate the probe's own, PEM; null for none
/// @param key its key: PKCS #8 (`.pk8` DER, `.pem` or `.key` PEM) or PKCS #12 (`.p12`)
public record ProbeTls(
    String sslmode,
    @Nullable String rootCertificate,
    @Nullable String certificate,
    @Nullable String key,
    @Nullable Secret keyPassword) {

  /// Encrypted as this mode says, with no certificates of our own.
  public static ProbeTls of(String sslmode) {
    return new ProbeTls(sslmode, null, null, null, null);
  }

  void addTo(Properties properties) {
    properties.setProperty("sslmode", sslmode);
    if ("system".equals(rootCertificate)) {
      properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    } else if (rootCertificate != null) {
      properties.setProperty("sslrootcert", rootCertificate);
    }
    if (certificate != null) {
      properties.setProperty("sslcert", certificate);
    }
    if (key != null) {
      properties.setProperty("sslkey", key);
    }
    if (keyPassword != null) {
      properties.setProperty("sslpassword", keyPassword.reveal());
    }
  }
}
