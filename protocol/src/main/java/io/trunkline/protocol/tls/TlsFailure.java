package io.trunkline.protocol.tls;

import io.trunkline.settings.Problem;
import java.util.List;

/// What to say about a handshake that failed.
public final class TlsFailure {
  private TlsFailure() {}

  /// What to say of files that are good for us and not for the TLS engine.
  static List<Problem> problem(Exception refused) {
    return List.of(new Problem("", reason(refused), "what the TLS engine accepts"));
  }

  /// The innermost cause's message in one line: the outer ones only say that TLS failed.
  public static String reason(Throwable failure) {
    Throwable cause = failure;
    String reason = "TLS handshake failed";
    for (int depth = 0; cause != null && depth < 16; depth++) {
      String message = cause.getMessage();
      if (message != null && !message.isBlank()) {
        reason = message.lines().findFirst().orElse(reason);
      }
      cause = cause.getCause();
    }
    return reason;
  }
}
