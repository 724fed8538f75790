package io.trunkline.proxy.login;

import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.protocol.message.ErrorResponse;

/// What a [SecretSource] found.
public sealed interface Finding {

  /// Who had a secret.
  enum Keeper {
    /// The file, for as long as it stands there.
    CONFIGURATION,
    /// The role itself, which may log in and whose password holds.
    ROLE,
    /// A query that says nothing else of the role.
    QUERY
  }

  /// The user's secret.
  record Known(StoredSecret secret, Keeper keeper) implements Finding {}

  /// There is no such user, or it may not log in, or it has no password.
  record Nobody() implements Finding {}

  /// Nobody can say now.
  ///
  /// @param error for the client, the same whoever it says it is
  /// @param reason for the log
  record Unavailable(ErrorResponse error, String reason) implements Finding {}
}
