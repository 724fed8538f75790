package io.trunkline.protocol.auth;

/// What somebody else said of a client's proof.
public sealed interface Judgement {

  /// It proves that the client is who it says.
  record Right() implements Judgement {}

  /// It does not.
  ///
  /// @param reason for the log
  record Wrong(String reason) implements Judgement {}
}
