package io.trunkline.protocol;

/// The peer broke the protocol: becomes SQLSTATE 08P01 towards a client, and closes the connection.
/// Carries no stack trace: it is thrown at bytes, as often as an attacker likes.
public final class ProtocolViolation extends RuntimeException {
  public ProtocolViolation(String message) {
    super(message, null, false, false);
  }
}
