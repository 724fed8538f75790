package io.trunkline.protocol.auth;

/// How a client has to prove who it is, named as in `pg_hba.conf`.
public enum AuthMethod {
  /// Not at all.
  TRUST,
  /// With the password in clear text.
  PASSWORD,
  /// With an MD5 hash, or with SCRAM when that is how the user's password is stored.
  MD5,
  SCRAM_SHA_256,
  /// With a TLS certificate that bears the user's name.
  CERT
}
