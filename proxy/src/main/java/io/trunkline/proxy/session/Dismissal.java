package io.trunkline.proxy.session;

import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.TransactionStatus;

/// Sends clients away that are in the middle of nothing, as PostgreSQL's fast shutdown would
/// everybody. Who has a transaction open, or waits for an answer, is left alone and may be asked
/// again later.
public final class Dismissal {
  private Dismissal() {}

  /// Ends a session if it is between two transactions, or is one of replication, which has none to
  /// wait for. Called on its loop.
  public static void tryOn(ClientSession session) {
    if (session.profile().hasOwnServer() || isBetweenTransactions(session)) {
      session.fail(ClientErrors.shuttingDown());
    }
  }

  /// Whether a session has a server that does nothing for it at present. Called on its loop.
  public static boolean keepsIdleServer(ClientSession session) {
    return session.server() != null && isBetweenTransactions(session);
  }

  private static boolean isBetweenTransactions(ClientSession session) {
    ServerConnection server = session.server();
    return session.isAnswered() && (server == null || server.status() == TransactionStatus.IDLE);
  }
}
