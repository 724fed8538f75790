package io.trunkline.protocol.tls;

/// The six words of libpq's `sslmode` (PostgreSQL docs, "SSL Mode Descriptions") and of PgBouncer's
/// `client_tls_sslmode`. On the server side of the proxy they mean what libpq means; on the client
/// side, what PgBouncer means:
///
/// | mode | towards a server | towards clients |
/// |---|---|---|
/// | `disable` | never TLS | an SSLRequest is answered `N` |
/// | `allow` | TLS when the server refuses plaintext | TLS when the client asks |
/// | `prefer` | TLS when the server can | TLS when the client asks |
/// | `require` | always TLS | TLS or refused |
/// | `verify-ca` | and the certificate chain is checked | and a valid client certificate |
/// | `verify-full` | and the host name | as `verify-ca` |
public enum SslMode {
  DISABLE,
  ALLOW,
  PREFER,
  REQUIRE,
  VERIFY_CA,
  VERIFY_FULL;

  /// Whether TLS can happen at all.
  public boolean usesTls() {
    return this != DISABLE;
  }

  /// Whether nothing but TLS will do.
  public boolean requiresTls() {
    return compareTo(REQUIRE) >= 0;
  }

  /// Whether the peer must present a certificate that leads to a known root.
  public boolean verifiesPeer() {
    return compareTo(VERIFY_CA) >= 0;
  }
}
