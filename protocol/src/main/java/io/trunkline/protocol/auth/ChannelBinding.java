package io.trunkline.protocol.auth;

/// Whether SCRAM towards a server is bound to the TLS connection, as libpq's `channel_binding`.
public enum ChannelBinding {
  DISABLE,
  /// When the connection has TLS and the server offers it.
  PREFER,
  /// A login that was not bound fails, whatever the server says.
  REQUIRE
}
