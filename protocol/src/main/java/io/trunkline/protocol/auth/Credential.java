package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.settings.Secret;

/// What one can log in to a server with. It comes from settings, or from a client's own login: each
/// method leaves the proxy with as much as the client gave away.
public sealed interface Credential {

  /// The password itself: serves every method.
  record Password(Secret password) implements Credential {}

  /// `md5` and the hash of password and user: serves md5 alone.
  record Md5Hash(Secret hash) implements Credential {}

  /// The two keys SCRAM derives from the password (RFC 5802, section 3): serve SCRAM alone, on
  /// servers which store the verifier they belong to, with its salt and iterations.
  record ScramKeys(Bytes clientKey, Bytes serverKey) implements Credential {}

  /// Nothing: serves a server that asks for nothing.
  record None() implements Credential {}
}
