package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.pool.Lessee;
import io.trunkline.pool.PendingResponses.Verdict;
import io.trunkline.pool.PoolMode;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.ErrorResponse;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hot path. A client from the end of its login to its close: whether it has a server, waits for
/// one or needs none, and what happens at each step of a transaction.
///
/// | state | meaning |
/// |---|---|
/// | UNLEASED | has no server and needs none |
/// | HOLDING | wants one, but there is no member to go to |
/// | WAITING | wants one, and stands in a pool's queue |
/// | APPLYING | has one that is being given the client's settings |
/// | LEASED | has one; bytes flow |
/// | SETTLING | the transaction has ended; the server is asked what state it left behind |
/// | CLOSED | gone |
///
/// An enum and not a sealed type because it changes several times per transaction. Confined to one
/// event loop from accept to close.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
public final class ClientSession implements ClientPhase, Lessee {
  private static final Logger log = LoggerFactory.getLogger(ClientSession.class);

  /// Where a client is.
  public enum State {
    UNLEASED,
    HOLDING,
    WAITING,
    APPLYING,
    LEASED,
    SETTLING,
    CLOSED
  }

  private final ClientProfile profile;
  private final LoopContext context;
  private final Channel channel;
  private final ClientFlow flow;
  private final RequestRelay requests;
  private final SessionState sessionState;
  private final SessionTimeouts timeouts;
  private final Leasing leasing;
  private final Refusal refusal;

  private State state = State.UNLEASED;
  private @Nullable ServerConnection server;

  /// What the client knows of its server's parameters.
  private ReportedParameters parameters = ReportedParameters.NONE;

  /// Whether the client has been told that it is connected.
  private boolean welcomed;

  /// Why there is no member to go to; only read while HOLDING.
  private String holdReason = "";

  public ClientSession(ClientProfile profile, LoopContext context, Channel channel) {
    this.profile = profile;
    this.context = context;
    this.channel = channel;
    this.leasing = new Leasing(this);
    this.flow = new ClientFlow(channel);
    this.sessionState = new SessionState(this, profile.startup());
    this.timeouts = new SessionTimeouts(this);
    this.refusal = new Refusal(channel);
    this.requests = new RequestRelay(this);
  }

  public ClientProfile profile() {
    return profile;
  }

  public LoopContext context() {
    return context;
  }

  public State state() {
    return state;
  }

  public SessionState sessionState() {
    return sessionState;
  }

  public SessionTimeouts timeouts() {
    return timeouts;
  }

  boolean isWelcomed() {
    return welcomed;
  }

  public String holdReason() {
    return holdReason;
  }

  public @Nullable ServerConnection server() {
    return server;
  }

  ServerConnection requireServer() {
    return Objects.requireNonNull(server, "no server is leased");
  }

  Refusal refusal() {
    return refusal;
  }

  Channel channel() {
    return channel;
  }

  int statementsMax() {
    return profile.pool().preparedStatements();
  }

  /// Whether this client's server changes, so that what it does to its session must be followed.
  boolean tracksState() {
    return profile.poolMode() != PoolMode.SESSION;
  }

  boolean tracksStatements() {
    return tracksState() && statementsMax() > 0;
  }

  private void become(State next) {
    assert channel.eventLoop().inEventLoop() : "off its event loop";
    state = next;
    timeouts.onState(next);
  }

  // ---- the client's side

  /// The login has ended well: greets the client, as soon as it is known what its server reports.
  public void begin() {
    context.add(this);
    ReportedParameters known = leasing.knownWelcome();
    if (known != null) {
      welcome(known);
      return;
    }
    acquire();
  }

  private void welcome(ReportedParameters known) {
    welcomed = true;
    timeouts.onWelcome();
    parameters = known;
    Greeting.write(channel, profile, known);
    channel.flush();
  }

  /// Takes ownership of what was read.
  @Override
  public void onRead(ByteBuf in) {
    if (state == State.CLOSED) {
      in.release();
      return;
    }
    timeouts.onClientBytes(in.readableBytes());
    ByteBuf all = flow.join(in);
    if (state == State.LEASED || state == State.UNLEASED) {
      relay(all);
    } else {
      flow.hold(all);
    }
  }

  @Override
  public void onReadComplete() {
    ServerConnection current = server;
    if (current != null) {
      current.flush();
    } else {
      channel.flush();
    }
  }

  private void relay(ByteBuf in) {
    ByteBuf unread;
    try {
      unread = requests.relay(in);
    } catch (ProtocolViolation violation) {
      fail(ClientErrors.protocolViolation(String.valueOf(violation.getMessage())));
      return;
    }
    if (unread != null) {
      keep(unread);
    }
    if (server != null) {
      flow.pendingIs(server.pending().size());
    }
  }

  private void keep(ByteBuf unread) {
    if (state == State.CLOSED) {
      unread.release();
    } else if (requests.isBlocked()) {
      flow.hold(unread);
    } else {
      flow.keepPartial(unread);
    }
  }

  /// Goes on with what the client sent while it could not be relayed.
  private void resume() {
    ByteBuf held = flow.takeHeld();
    if (held != null) {
      relay(held);
      onReadComplete();
    }
  }

  /// Whether a message can be sent now; begins to get a server when there is none.
  boolean ready(byte tag) {
    if (state == State.LEASED) {
      return true;
    }
    if (state == State.UNLEASED) {
      acquire();
    }
    return state == State.LEASED;
  }

  void onRequestSent() {
    timeouts.onRequestSent();
  }

  /// Terminate: no answer is wanted any more, but what was sent before is to be done.
  void onTerminate() {
    ServerConnection busy = server;
    if (busy != null && !busy.pending().isEmpty()) {
      flow.serverReadable(busy, true);
      server = null;
      busy.finishAndClose();
    }
    close("client closed the connection");
  }

  @Override
  public void onClientGone(String reason) {
    close(reason);
  }

  @Override
  public void onClientWritability(boolean writable) {
    if (server != null) {
      flow.serverReadable(server, writable);
    }
  }

  /// A cancel request with this session's key has come in.
  void onCancelRequest() {
    if ((state == State.WAITING || state == State.HOLDING) && welcomed) {
      leasing.withdraw();
      refuse(ClientErrors.waitCancelled());
    } else if (state == State.LEASED && !requireServer().pending().isEmpty()) {
      cancelRunning();
    }
  }

  /// Asks the server to stop what it is doing for this client.
  void cancelRunning() {
    ServerConnection running = requireServer();
    log.debug("{} cancels on {}", profile, running);
    running.cancel();
  }

  // ---- getting a server

  private void acquire() {
    leasing.acquire();
  }

  /// It stands in a pool's queue, or is about to be given a server.
  void onWaiting() {
    become(State.WAITING);
  }

  /// There is no member to go to.
  void onHold(String reason) {
    holdReason = reason;
    if (profile.hold().isZero()) {
      refuse(ClientErrors.held(reason, Duration.ZERO));
    } else {
      become(State.HOLDING);
    }
  }

  /// It has to look for a server anew, if it still wants one.
  void onReroute() {
    become(State.UNLEASED);
    acquire();
    resumeUnlessWaiting();
  }

  /// The topology is another one: whoever waits for a member asks again.
  void onTopology() {
    if (state == State.HOLDING) {
      acquire();
      resumeUnlessWaiting();
    }
  }

  private void resumeUnlessWaiting() {
    if (state == State.LEASED || state == State.UNLEASED) {
      resume();
    }
  }

  /// Gives up on the request that waits, with an error for the client; before the client has been
  /// welcomed that ends its session.
  void refuse(ErrorResponse error) {
    leasing.withdraw();
    if (!welcomed) {
      fail(ErrorResponse.fatal(error.sqlState(), error.message()));
      return;
    }
    become(State.UNLEASED);
    refusal.begin(error);
    resume();
    channel.flush();
  }

  void onLeased(ServerConnection leased) {
    server = leased;
    if (sessionState.matches(leased)) {
      useLease();
    } else {
      become(State.APPLYING);
      sessionState.applyTo(leased);
    }
  }

  /// The server has this client's settings.
  void onApplied() {
    useLease();
  }

  void onApplyFailed(ErrorResponse error) {
    fail(ClientErrors.settingsRefused(error.sqlState(), error.message()));
  }

  private void useLease() {
    become(State.LEASED);
    ServerConnection leased = requireServer();
    if (!welcomed) {
      context
          .welcomes()
          .learn(leased.key(), leased.identity().member(), profile.startup(), leased.parameters());
      release();
      welcome(leased.parameters());
      return;
    }
    if (parameters != leased.parameters()) {
      Greeting.writeChanges(channel, parameters, leased.parameters());
      parameters = leased.parameters();
    }
    resume();
  }

  /// Gives the server back; the client keeps nothing of it.
  private void release() {
    ServerConnection free = requireServer();
    server = null;
    flow.serverReadable(free, true);
    become(State.UNLEASED);
    flow.serverWritable(true);
    free.release(context.clock().now());
  }

  // ---- the server's side

  @Override
  public void respond(ByteBuf bytes) {
    timeouts.onServerBytes(bytes.readableBytes());
    channel.write(bytes, channel.voidPromise());
    if (!channel.isWritable() && server != null) {
      flow.serverReadable(server, false);
    }
  }

  /// Answers in the server's place, if it is the turn of such an answer.
  void fabricate() {
    requireServer().fabricate();
  }

  @Override
  public void onCycleEnd(TransactionStatus status) {
    timeouts.onCycleEnd(status);
    if (profile.poolMode() == PoolMode.SESSION) {
      return;
    }
    if (status == TransactionStatus.IDLE) {
      endTransaction();
    } else if (profile.poolMode() == PoolMode.STATEMENT) {
      fail(ClientErrors.transactionInStatementMode());
    }
  }

  private void endTransaction() {
    if (!sessionState.mustSettle()) {
      if (!sessionState.isPinned()) {
        release();
      }
      return;
    }
    become(State.SETTLING);
    sessionState.settle(requireServer());
  }

  /// It is known what state the last transactions left behind.
  void onSettled() {
    become(State.LEASED);
    if (!sessionState.isPinned()) {
      release();
    }
    resume();
  }

  @Override
  public void onParameters(ReportedParameters now) {
    parameters = now;
  }

  @Override
  public Verdict onError(ByteBuf in, int start, int frameBytes) {
    return ErrorRewriting.onError(this, in, start, frameBytes);
  }

  @Override
  public void onStatementsGone() {
    requests.statements().forgetAll();
  }

  @Override
  public void onSkipped(Object subject) {
    requests.statements().onSkipped(subject);
  }

  @Override
  public void flushResponses() {
    channel.flush();
    if (server != null) {
      flow.pendingIs(server.pending().size());
    }
  }

  @Override
  public void onServerWritability(boolean writable) {
    flow.serverWritable(writable);
  }

  @Override
  public void onServerClosed(String reason, boolean explained) {
    server = null;
    if (explained) {
      channel.flush();
      close(reason);
    } else {
      fail(ClientErrors.serverLost(reason));
    }
  }

  StatementRelay statements() {
    return requests.statements();
  }

  // ---- the end

  /// Says why, and closes.
  @Override
  public void fail(ErrorResponse error) {
    if (state == State.CLOSED) {
      return;
    }
    log.info("{} closed: {} {}", profile, error.sqlState(), error.message());
    ByteBuf out = channel.alloc().buffer();
    error.encode(out);
    leave();
    channel.writeAndFlush(out).addListener(said -> channel.close());
  }

  private void close(String reason) {
    if (state != State.CLOSED) {
      log.debug("{} closed: {}", profile, reason);
      leave();
      channel.close();
    }
  }

  private void leave() {
    leasing.withdraw();
    State last = state;
    become(State.CLOSED);
    context.remove(this);
    flow.discard();
    ServerConnection left = server;
    server = null;
    if (left != null) {
      flow.serverReadable(left, true);
      leasing.leave(left, last);
    }
  }

  @Override
  public String toString() {
    return profile + " " + state;
  }
}
