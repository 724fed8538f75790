package io.trunkline.health;

/// How much is asked of a member to know that it lives.
public enum ProbeMethod {
  /// Who it is, over SQL: role, timeline, lag.
  SQL,
  /// Whether somebody accepts connections there.
  CONNECT,
  /// Nothing: it is taken to live.
  NONE
}
