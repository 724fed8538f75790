package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;

/// The subject of a Close of ours: the server was told to forget this statement. If that never
/// happens, it still has it.
@EventLoopConfined
public final class ClosedStatement {
  private final SharedStatement statement;

  /// Whether the statement is gone whatever becomes of its Close.
  private boolean dropped;

  public ClosedStatement(SharedStatement statement) {
    this.statement = statement;
  }

  SharedStatement statement() {
    return statement;
  }

  boolean isDropped() {
    return dropped;
  }

  /// All statements were taken away before this Close.
  void noteDropped() {
    dropped = true;
  }
}
