package io.trunkline.health;

import io.trunkline.protocol.tls.ServerTlsSettings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// The TLS settings of a cluster in the JDBC driver's words, which are libpq's. The driver has no
/// certificate revocation lists and reads a private key as PKCS #8 (PEM or DER) or PKCS #12 only.
final class ProbeTls {
  private ProbeTls() {}

  static void add(ServerTlsSettings tls, Properties properties) {
    properties.setProperty("sslmode", word(tls.sslmode()));
    properties.setProperty("sslNegotiation", word(tls.sslnegotiation()));
    Path authorities = tls.caFile();
    if (authorities != null && authorities.toString().equals("system")) {
      properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    } else if (authorities != null) {
      properties.setProperty("sslrootcert", authorities.toString());
    }
    // Empty rather than absent: the driver would look into the home directory.
    properties.setProperty("sslcert", orEmpty(tls.certFile()));
    properties.setProperty("sslkey", orEmpty(tls.keyFile()));
    if (tls.keyPassword() != null) {
      properties.setProperty("sslpassword", tls.keyPassword().reveal());
    }
  }

  private static String word(Enum<?> mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String orEmpty(@Nullable Path file) {
    return file == null ? "" : file.toString();
  }
}
