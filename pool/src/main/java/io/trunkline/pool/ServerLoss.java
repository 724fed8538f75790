package io.trunkline.pool;

import io.trunkline.protocol.TransactionStatus;

/// How a lessee lost its connection, and what the server owed it then.
///
/// @param reason in words
/// @param explained whether the client has been sent a FATAL error of the server's
/// @param unanswered requests of the client that were sent and not answered to their end
/// @param begun whether a part of the oldest one's answer has come
/// @param resting whether nothing was sent since the last ReadyForQuery
/// @param midMessage whether the client has got a part of a message and the rest will not come
/// @param status what that ReadyForQuery said
public record ServerLoss(
    String reason,
    boolean explained,
    int unanswered,
    boolean begun,
    boolean resting,
    boolean midMessage,
    TransactionStatus status) {

  /// Whether a transaction block was open, as far as the server has said.
  public boolean inBlock() {
    return status != TransactionStatus.IDLE;
  }

  /// Whether nothing was going on.
  public boolean wasIdle() {
    return resting && unanswered == 0 && !inBlock();
  }
}
