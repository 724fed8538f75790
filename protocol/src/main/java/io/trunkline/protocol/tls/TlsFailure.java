package io.trunkline.protocol.tls;

/// What to say about a handshake that failed.
public final class TlsFailure {
  private TlsFailure() {}

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
