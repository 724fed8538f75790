package io.trunkline.pool;

/// What a server can be asked that it answers, as an entry of [PendingResponses].
public enum Request {
  QUERY(true),
  FUNCTION_CALL(true),
  SYNC(true),
  PARSE(false),
  BIND(false),
  DESCRIBE(false),
  EXECUTE(false),
  CLOSE(false),
  /// CopyDone or CopyFail: a mark in the queue, without an answer.
  COPY_END(false);

  /// Whether ReadyForQuery ends it.
  final boolean endsCycle;

  Request(boolean endsCycle) {
    this.endsCycle = endsCycle;
  }
}
