package io.trunkline.proxy.session;

import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerLoss;
import io.trunkline.pool.Standing;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.routing.ListenerRole;
import org.jspecify.annotations.Nullable;

/// A client that keeps its server between transactions, in session mode or because it is pinned,
/// and a member where nothing may begin for now: it is about to be stopped, or leads no more.
///
/// A session that has done nothing yet, or provably nothing that lasts ([Slate]), is left behind
/// for another server and notices nothing. Any other may have state there that nobody knows of, so
/// it stays, [ClientState#PARKED]: what the client sends waits, and goes on there if work may begin
/// again. If the server is lost first, the session is as well, with 57P01.
@EventLoopConfined
final class Staying {
  private final ClientSession session;
  private final Slate slate = new Slate();

  Staying(ClientSession session) {
    this.session = session;
  }

  /// What the client has asked for may have left.
  Slate slate() {
    return slate;
  }

  /// All that was asked has been answered, and no block is open.
  void onQuiet(ServerConnection server) {
    if (slate.onQuiet()) {
      server.noteConnectQueryUndone();
    }
  }

  /// Work may begin at the member, or may not; or the client could begin something now.
  void reconsider() {
    ServerConnection server = session.server();
    if (server == null
        || session.profile().role() == ListenerRole.REPLICA
        || session.profile().hasOwnServer()) {
      return;
    }
    boolean open = server.pool().standing().isOpen();
    ClientState state = session.state();
    if (state == ClientState.PARKED && open) {
      session.leasing().onLeased(server);
    } else if (state == ClientState.LEASED && !open && isIdle(server)) {
      leave();
    }
  }

  /// The client keeps its server for another transaction, if one may begin.
  void stay() {
    session.become(ClientState.LEASED);
    reconsider();
    if (session.state() == ClientState.LEASED) {
      session.leasing().onLeased(session.requireServer()); // it may lack what the login asked for
    }
  }

  private boolean isIdle(ServerConnection server) {
    return server.status() == TransactionStatus.IDLE
        && server.pending().isAtRest()
        && !session.isMidMessage();
  }

  private void leave() {
    if (isUntouched()) {
      session.leasing().release();
    } else {
      session.become(ClientState.PARKED);
    }
  }

  /// Whether the client keeps its server between transactions, and has something to lose with it.
  boolean endsWithItsServer() {
    boolean keeps = !session.tracksState() || session.sessionState().isPinned();
    return keeps && !isUntouched();
  }

  /// Whether its session at the server is as it was after the login.
  private boolean isUntouched() {
    return slate.isClean() && !session.sessionState().leavesTraces();
  }

  /// Why nothing may begin; empty when it may.
  String reason() {
    ServerConnection server = session.server();
    Standing standing = server == null ? Standing.OPEN : server.pool().standing();
    return standing.reason();
  }

  /// Its server is gone while nothing was going on.
  ///
  /// @param said the server's last words; null for none
  void onServerLost(ServerLoss loss, @Nullable ErrorResponse said) {
    if (isUntouched()) {
      session.become(ClientState.UNLEASED);
      session.resume();
    } else {
      ErrorResponse error = said == null ? ClientErrors.sessionLost(loss.reason()) : said;
      session.aftermath().record(error);
      session.fail(error);
    }
  }
}
