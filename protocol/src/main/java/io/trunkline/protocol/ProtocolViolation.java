package io.trunkline.protocol;

/// The peer broke the protocol: becomes SQLSTATE 08P01 towards a client, and closes the connection.
/// Carries no stack trace: it is thrown at bytes, as often as an attacker likes.
public final class ProtocolViolation extends RuntimeException {
  private final String message;

  public ProtocolViolation(String message) {
    super(message, null, false, false);
    this.message = message;
  }

  /// What was wrong, fit for the log and for the peer; never null.
  @Override
  public String getMessage() {
    return message;
  }
}
