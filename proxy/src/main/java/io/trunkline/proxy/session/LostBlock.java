package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.OwnAnswer;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.TransactionStatus;

/// A transaction block that was lost with its server. Its client has been told, and is where an
/// error leaves it in PostgreSQL: nothing but the end of the block is executed (25P02), COMMIT
/// rolls back. So that what it sent already, believing in its block, does not become transactions
/// of their own.
///
/// The next server says all that itself: such a block is begun there, and failed, before it gets
/// the client's next request.
@EventLoopConfined
final class LostBlock {
  /// The one error that leaves nothing but a failed transaction behind, and tells whoever reads the
  /// server's log why it is there.
  private static final String BEGIN_FAILED =
      "BEGIN; ROLLBACK TO \"this transaction was lost with its server\"";

  private final ClientSession session;
  private boolean open;

  LostBlock(ClientSession session) {
    this.session = session;
  }

  /// Whether the client has yet to end it, and no server knows of it.
  boolean isOpen() {
    return open;
  }

  void open() {
    open = true;
  }

  /// What ReadyForQuery says to a client without a server.
  TransactionStatus status() {
    return open ? TransactionStatus.FAILED : TransactionStatus.IDLE;
  }

  /// Has this server take the block over.
  void beginAt(ServerConnection server) {
    session.become(ClientState.APPLYING);
    server.ask(BEGIN_FAILED, new Begun(server));
  }

  private final class Begun implements OwnAnswer {
    private final ServerConnection server;

    Begun(ServerConnection server) {
      this.server = server;
    }

    @Override
    public void onError(ByteBuf in, int start, int frameBytes) {
      // that is what was asked for
    }

    @Override
    public void onDone() {
      if (session.server() != server) {
        return; // the client has left meanwhile
      }
      if (server.status() == TransactionStatus.FAILED) {
        open = false;
        session.leasing().onApplied();
      } else {
        session.fail(ClientErrors.sessionLost("the server did not fail a transaction"));
      }
    }
  }
}
