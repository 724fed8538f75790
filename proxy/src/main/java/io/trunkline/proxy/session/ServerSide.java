package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.pool.ErrorTexts;
import io.trunkline.pool.Lessee;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.pool.PoolMode;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerLoss;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.sql.SessionEffect;

/// Hot path. What a client's server does: its answers go to the client, and at the end of a
/// transaction the server goes back to its pool, once it is known what state the client has left
/// behind there.
@EventLoopConfined
final class ServerSide implements Lessee {
  private static final int RESETS =
      SessionEffect.SET_SETTING | SessionEffect.RESET_SETTING | SessionEffect.DISCARD_ALL;

  private final ClientSession session;
  private final Channel client;

  ServerSide(ClientSession session) {
    this.session = session;
    this.client = session.channel();
  }

  @Override
  public void respond(ByteBuf bytes) {
    session.timeouts().onServerBytes(bytes.readableBytes());
    client.write(bytes, client.voidPromise());
    if (!client.isWritable() && session.server() instanceof ServerConnection server) {
      session.timeouts().onClientWritability(false);
      session.flow().serverReadable(server, false);
    }
  }

  @Override
  public void flushResponses() {
    client.flush();
    if (session.server() instanceof ServerConnection server) {
      session.flow().pendingIs(server.pending().size());
    }
    session.ending().onAnswered();
  }

  @Override
  public void onServerWritability(boolean writable) {
    session.flow().serverWritable(writable);
  }

  @Override
  public boolean mayStay(TransactionStatus status) {
    return session.profile().poolMode() != PoolMode.STATEMENT;
  }

  @Override
  public void onCycleEnd(TransactionStatus status) {
    session.timeouts().onCycleEnd(status);
    session.replay().drop();
    session.aftermath().onCycleEnd();
    if (status == TransactionStatus.IDLE) {
      endTransaction();
    } else if (!mayStay(status)) {
      session.fail(ClientErrors.transactionInStatementMode());
    }
  }

  /// The client is in the middle of COPY data that its server, where the COPY has failed, will
  /// ignore: the rest of that message has to go there first.
  private void endTransaction() {
    if (session.isMidMessage()) {
      return;
    }
    SessionState state = session.sessionState();
    ServerConnection server = session.requireServer();
    session.staying().onQuiet(server);
    state.onTransactionEnd();
    if (state.mustSettle()) {
      session.become(ClientState.SETTLING);
      state.settle(server);
    } else if (!keepsServer()) {
      session.leasing().release();
    } else {
      session.staying().reconsider();
    }
  }

  /// The message is whole now in whose middle the transaction ended.
  void onMessageEnd() {
    ServerConnection server = session.requireServer();
    boolean ended = server.pending().isEmpty() && server.pending().isAtRest();
    if (ended && server.status() == TransactionStatus.IDLE) {
      endTransaction();
    }
  }

  /// It is known what state the last transactions left behind.
  void onSettled() {
    if (keepsServer()) {
      session.staying().stay();
    } else {
      session.leasing().release();
      session.resume();
    }
    session.ending().onAnswered();
  }

  private boolean keepsServer() {
    return !session.tracksState() || session.sessionState().isPinned();
  }

  @Override
  public void onParameters(ReportedParameters now) {
    session.leasing().parametersAre(now);
  }

  @Override
  public Verdict onError(ByteBuf in, int start, int frameBytes) {
    session.staying().slate().onError();
    if (session.replay().begin(in, start, frameBytes)
        || session.aftermath().onError(in, start, frameBytes)) {
      return Verdict.SWALLOW;
    }
    String sqlState = ErrorTexts.field(in, start, frameBytes, 'C');
    session.context().errors().ofServer(sqlState);
    return ErrorRewriting.onError(session, in, start, frameBytes);
  }

  @Override
  public int messageBytesMax() {
    return session.profile().messageBytesMax();
  }

  @Override
  public void onTooLong(int messageBytes) {
    session.fail(ClientErrors.answerTooLong(messageBytes, messageBytesMax()));
  }

  @Override
  public void onSessionCommand(int effects) {
    if ((effects & (SessionEffect.DISCARD_ALL | SessionEffect.DEALLOCATE_ALL)) != 0) {
      session.statements().forgetAll();
      session.sessionState().onReset();
    }
    if ((effects & SessionEffect.DISCARD_ALL) != 0) {
      session.sessionState().noteDiscarded();
    }
    if ((effects & SessionEffect.LOAD) != 0) {
      session.staying().slate().onLoaded();
    }
    boolean resets = (effects & RESETS) != 0 && !session.profile().startup().isEmpty();
    if (!session.tracksState() && resets) { // to give back what was asked for at the login
      session.sessionState().noteReset();
    }
  }

  @Override
  public void onSkipped(Object subject) {
    session.statements().onSkipped(subject);
  }

  @Override
  public void onStanding() {
    session.staying().reconsider();
  }

  @Override
  public void onServerClosed(ServerLoss loss) {
    session.aftermath().onServerClosed(loss);
  }
}
