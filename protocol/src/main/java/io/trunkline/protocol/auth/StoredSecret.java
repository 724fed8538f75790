package io.trunkline.protocol.auth;

import io.trunkline.settings.Secret;
import java.util.Optional;

/// What is known of a user's password: a column of `pg_authid`, or an entry in a file of users.
public sealed interface StoredSecret {

  /// The password itself: serves every method.
  record Plain(Secret password) implements StoredSecret {}

  /// `md5` and the hash of password and user: serves md5 and password.
  record Md5(Secret hash) implements StoredSecret {}

  /// A SCRAM verifier: serves SCRAM and password.
  record Scram(ScramVerifier verifier) implements StoredSecret {}

  /// Tells the kinds apart as PostgreSQL does (`get_password_type` in `crypt.c`): what is not
  /// exactly a hash or a verifier is a password.
  static StoredSecret parse(Secret text) {
    Optional<ScramVerifier> verifier = ScramVerifier.parse(text);
    if (verifier.isPresent()) {
      return new Scram(verifier.get());
    }
    return text.isMd5() ? new Md5(text) : new Plain(text);
  }
}
