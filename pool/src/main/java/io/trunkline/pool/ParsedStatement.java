package io.trunkline.pool;

/// Subject of a Parse in [PendingResponses].
public interface ParsedStatement {
  SharedStatement statement();

  /// Whether the server was sent that Parse; else it is answered here.
  boolean onServer();
}
