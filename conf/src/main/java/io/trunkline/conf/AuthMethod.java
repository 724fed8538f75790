package io.trunkline.conf;

/// How clients prove who they are. A client is never asked for less than its listener's method.
public enum AuthMethod {
  /// Not at all.
  TRUST,
  /// The password in plain.
  PASSWORD,
  /// A salted MD5 hash; SCRAM for users whose stored secret is a SCRAM verifier.
  MD5,
  /// SCRAM-SHA-256, with channel binding where TLS allows it.
  SCRAM_SHA_256,
  /// A TLS certificate whose common name is the user's.
  CERT
}
