package io.trunkline.proxy.authquery;

import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.protocol.message.ErrorResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What came of asking for one user's secret.
sealed interface Answer {

  /// The user's secret.
  ///
  /// @param validFor how long the secret holds from now on; null for good
  record Known(StoredSecret secret, @Nullable Duration validFor) implements Answer {}

  /// There is no such user, or it may not log in, or it has no password.
  record Nobody() implements Answer {}

  /// No member could be asked, or none in time: an older answer may do.
  ///
  /// @param error for the client
  /// @param reason for the log
  record Unanswered(ErrorResponse error, String reason) implements Answer {}

  /// The query, its user or its rows are not what they should be: an operator must act.
  record Misconfigured(String reason) implements Answer {}
}
