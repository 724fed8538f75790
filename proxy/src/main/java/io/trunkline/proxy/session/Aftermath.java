package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.ErrorTexts;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerIdentity;
import io.trunkline.pool.ServerLoss;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.session.Fate.End;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Role;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What becomes of a client whose server is gone, or cannot do what it was asked because of what it
/// has become: it is sent to another server without noticing, as far as [Fate] lets it, or told
/// what is known of its work.
///
/// **FATAL 57P01** is withheld until the connection closes behind it. It may mean that the server
/// stops, and then the work goes on elsewhere; or that an operator has ended this one session, and
/// then it must not. A connection opened afterwards tells: a server that is stopping takes none.
@EventLoopConfined
final class Aftermath {
  private static final Logger log = LoggerFactory.getLogger(Aftermath.class);

  /// How often one transaction goes to another server before its client is told.
  private static final int MOVES_MAX = 5;

  private final ClientSession session;
  private final LostBlock lostBlock;

  /// The server's last words, not said to the client; null when there were none.
  private @Nullable ErrorResponse farewell;

  /// How things stood when they came.
  private @Nullable ServerLoss stand;

  /// How often this transaction was sent to another server.
  private int moves;

  Aftermath(ClientSession session) {
    this.session = session;
    this.lostBlock = new LostBlock(session);
  }

  LostBlock lostBlock() {
    return lostBlock;
  }

  /// Whether the server has said its last words and is about to be closed: what the client sends
  /// now was not sent there, and waits for what comes of the rest.
  boolean hasBegun() {
    return farewell != null;
  }

  // ---- errors

  /// Takes over from an ErrorResponse at `start`.
  ///
  /// @return whether the client must not see it
  boolean onError(ByteBuf in, int start, int frameBytes) {
    if (session.state() != ClientState.LEASED || session.profile().hasOwnServer()) {
      return false;
    }
    String sqlState = ErrorTexts.field(in, start, frameBytes, 'C');
    if (sqlState == null) {
      return false;
    }
    return switch (sqlState) {
      case SqlState.ADMIN_SHUTDOWN -> withhold(in, start, frameBytes);
      case SqlState.READ_ONLY_SQL_TRANSACTION ->
          session.profile().role() == ListenerRole.PRIMARY && moveOn(this::waitForAnother);
      case SqlState.SERIALIZATION_FAILURE, SqlState.DEADLOCK_DETECTED ->
          moves == 0 && session.profile().role() != ListenerRole.PRIMARY && moveOn(this::elsewhere);
      default -> false;
    };
  }

  /// The server ends this session.
  private boolean withhold(ByteBuf in, int start, int frameBytes) {
    if (!"FATAL".equals(ErrorTexts.field(in, start, frameBytes, 'V'))) {
      return false;
    }
    ServerConnection server = session.requireServer();
    int body = start + FrameScanner.HEADER_BYTES;
    farewell = ErrorResponse.decode(in.slice(body, frameBytes - FrameScanner.HEADER_BYTES));
    stand = server.stand("it is shutting down");
    String said = "server conn crashed? (%s)".formatted(farewell.message());
    session.context().loop().execute(() -> server.close(said));
    return true;
  }

  /// Whether the server is in recovery, cannot write, and has done nothing of what was asked; then
  /// it is given up when it is ready.
  private boolean moveOn(Runnable ready) {
    ServerConnection server = session.requireServer();
    session.replay().unansweredAre(server.pending().clientRequests());
    return mayMove()
        && moves < MOVES_MAX
        && server.parameters().inRecovery()
        && server.status() == TransactionStatus.IDLE
        && !server.stand("").begun()
        && session
            .replay()
            .takeOver(() -> {
              moves++;
              ready.run();
            });
  }

  /// Whether a server said at its login that it is a standby, though its member was believed to be
  /// a primary: what we know was out of date then, and nobody who wants the leader is served there.
  boolean declines(ServerConnection server) {
    ServerIdentity login = server.identity();
    boolean declines =
        session.profile().role() == ListenerRole.PRIMARY
            && !session.profile().hasOwnServer()
            && login.member().role() == Role.PRIMARY
            && login.parameters().inRecovery();
    if (declines) {
      waitForAnother();
    }
    return declines;
  }

  /// Whether this client's transactions may each go to another server.
  private boolean mayMove() {
    return session.tracksState() && session.profile().pool().resend() && !isBound();
  }

  /// Whether the session has, or may have, something at its server that the next one would not
  /// have: what an answered cycle has set is known only when all that is kept has been answered.
  private boolean isBound() {
    return session.replay().hasAnsweredCycles()
        ? session.sessionState().leavesTraces()
        : session.sessionState().isPinned();
  }

  /// The member was believed to lead: asks again when more is known.
  private void waitForAnother() {
    ServerConnection server = giveUp();
    server.pool().suspect();
    server.close("it is a standby now");
    session.leasing().awaitNews("the server is a standby now");
  }

  private void elsewhere() {
    ServerConnection server = giveUp();
    server.release(session.context().clock().now());
    session.leasing().acquireAvoiding(server.key().member());
  }

  private ServerConnection giveUp() {
    ServerConnection server = session.requireServer();
    session.serverIs(null);
    session.flow().serverReadable(server, true);
    session.flow().serverGone();
    session.replay().awaitServer();
    return server;
  }

  /// Everything has been answered.
  void onCycleEnd() {
    moves = 0;
  }

  // ---- the connection is gone

  void onServerClosed(ServerLoss loss) {
    ErrorResponse said = farewell; // of this server, and of no later one
    ServerLoss then = said == null || stand == null ? loss : stand;
    farewell = null;
    stand = null;
    ServerConnection server = session.server();
    if (server == null) {
      return; // the client is leaving, and the server with it
    }
    session.serverIs(null);
    session.flow().serverGone();
    switch (session.state()) {
      case APPLYING, REPEATING -> again(loss);
      case SETTLING, PARKED -> endSession(loss);
      case LEASED -> onLost(server, loss, then, said);
      case UNLEASED, HOLDING, WAITING, CLOSED ->
          throw new IllegalStateException("had a server in " + session.state());
    }
  }

  /// It has done nothing of what the client asked for.
  private void again(ServerLoss loss) {
    if (session.profile().hasOwnServer()) {
      session.part(loss.reason());
    } else if (isBound()) {
      endSession(loss);
    } else if (moves++ < MOVES_MAX) {
      session.replay().awaitServer();
      session.leasing().acquire();
    } else if (!session.isWelcomed()) {
      endSession(loss); // it has asked for nothing yet
    } else {
      tell(ClientErrors.notExecuted(loss.reason()), Outlook.LEAVES);
    }
  }

  /// What its session was like is lost with the server.
  private void endSession(ServerLoss loss) {
    if (loss.explained()) {
      session.part(loss.reason());
    } else {
      ErrorResponse error = ClientErrors.sessionLost(loss.reason());
      record(error);
      session.fail(error);
    }
  }

  /// What clients are told of a failover is shown with it.
  void record(ErrorResponse error) {
    session.context().recorder().told(session.profile().cluster(), error.sqlState());
  }

  private void onLost(
      ServerConnection server, ServerLoss loss, ServerLoss then, @Nullable ErrorResponse said) {
    if (loss.explained() || loss.midMessage() || session.profile().hasOwnServer()) {
      session.part(loss.reason());
    } else if (then.wasIdle()) {
      session.staying().onServerLost(loss, said);
    } else {
      decide(server, then, said);
    }
  }

  private void decide(ServerConnection server, ServerLoss then, @Nullable ErrorResponse said) {
    Replay replay = session.replay();
    replay.unansweredAre(then.unanswered());
    boolean onStandby =
        session.profile().role() != ListenerRole.PRIMARY && server.parameters().inRecovery();
    var work =
        new Fate.Work(
            then.inBlock(),
            replay.isAtHand() && !session.isMidMessage(),
            onStandby,
            then.unanswered(),
            then.begun(),
            replay.hasExecuted(),
            replay.kindOfCycle(),
            replay.kind());
    Fate fate = Fate.of(said == null ? End.LOST : End.TERMINATED, work);
    // Who dies without a word may have died of it: that must not go through all members.
    boolean again =
        fate == Fate.NOT_EXECUTED && mayMove() && moves < (said == null ? 1 : MOVES_MAX);
    Outlook outlook = outlook(work, fate);
    log.debug("{} has lost {}: {} {}", session.profile(), server, fate, work);
    ErrorResponse error = again ? null : error(fate, work.inBlock(), then.reason(), said);
    if (again) {
      moves++;
      replay.awaitServer();
    }
    if (said != null) {
      int failures = server.pool().failures();
      session.leasing().knock(server, new Knock(server.pool(), failures, said, error, outlook));
    } else if (error != null) {
      tell(error, outlook);
    } else {
      session.leasing().acquire();
    }
  }

  /// The member is going down.
  void onGone(Knock knock) {
    if (knock.otherwise() instanceof ErrorResponse error) {
      tell(error, knock.outlook());
    } else {
      session.leasing().acquire();
    }
  }

  /// The member is well: this session alone was meant, and what it ran must not run again.
  void onAtHome(Knock knock) {
    session.replay().drop();
    session.fail(knock.said());
  }

  private static ErrorResponse error(
      Fate fate, boolean inBlock, String reason, @Nullable ErrorResponse said) {
    String words = said == null ? reason : "the server said: " + said.message();
    if (fate == Fate.UNKNOWN) {
      return ClientErrors.outcomeUnknown(words);
    }
    return inBlock ? ClientErrors.rolledBack(words) : ClientErrors.notExecuted(words);
  }

  /// What the client can do if it is told as by a server that lives. That must be all there was to
  /// answer; in a block, what is behind in the pipe goes to the block that has failed.
  private Outlook outlook(Fate.Work work, Fate fate) {
    boolean nothingAsked = work.unanswered() == 0 && !session.isMidMessage();
    if (!work.inBlock()) {
      return work.atHand() && session.replay().isLastCycle() ? Outlook.IS_IDLE : Outlook.LEAVES;
    }
    if (fate != Fate.ROLLED_BACK || !session.sessionState().endsWithTransaction()) {
      return Outlook.LEAVES;
    }
    if (nothingAsked) {
      return Outlook.IS_IN_FAILED_BLOCK;
    }
    return work.atHand() ? work.first().outlookInBlock() : Outlook.LEAVES;
  }

  /// Says what has become of the requests under way. A client that has asked for nothing hears it
  /// when it does.
  private void tell(ErrorResponse error, Outlook outlook) {
    Replay replay = session.replay();
    boolean asked = replay.isAtHand();
    moves = 0;
    record(error);
    boolean keeps = !session.tracksState() || isBound();
    if (outlook == Outlook.LEAVES || keeps) {
      session.fail(error.asFatal());
      return;
    }
    session.context().errors().count(ErrorCounts.Origin.PROXY, error);
    session.sessionState().onTransactionEnd();
    session.become(ClientState.UNLEASED);
    if (outlook == Outlook.IS_IN_FAILED_BLOCK) {
      session.sessionState().onRolledBack();
      lostBlock.open();
    }
    TransactionStatus status = lostBlock.status();
    if (asked) {
      session.refusal().answer(error, status);
    } else {
      session.refusal().begin(error, status);
    }
    if (asked && replay.leaveCycle()) {
      session.leasing().acquire();
    } else {
      session.resume();
    }
    session.channel().flush();
  }
}
