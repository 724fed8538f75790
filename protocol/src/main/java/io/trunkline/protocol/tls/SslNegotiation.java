package io.trunkline.protocol.tls;

/// How a TLS connection begins: libpq's `sslnegotiation`.
public enum SslNegotiation {
  /// With an SSLRequest in plaintext, answered by one byte.
  POSTGRES,

  /// With the TLS handshake itself, as PostgreSQL 17 and newer understand it. ALPN must then choose
  /// `postgresql`, so that no server of another protocol can be taken for one of ours.
  DIRECT
}
