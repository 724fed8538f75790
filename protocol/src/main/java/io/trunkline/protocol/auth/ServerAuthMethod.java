package io.trunkline.protocol.auth;

/// What a server may ask for, named as in libpq's `require_auth`.
public enum ServerAuthMethod {
  /// Nothing: the server trusts us, or knows us by our certificate.
  NONE,
  PASSWORD,
  MD5,
  SCRAM_SHA_256
}
