package io.trunkline.pool;

/// How long a client keeps the server connection it was lent.
public enum PoolMode {
  /// Until it disconnects.
  SESSION,
  /// Until its transaction ends.
  TRANSACTION,
  /// Until its statement ends; transactions of several statements are refused.
  STATEMENT
}
