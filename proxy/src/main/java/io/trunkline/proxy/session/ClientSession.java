package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.trunkline.pool.PoolMode;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.message.ErrorResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hot path. A client from the end of its login to its close: whether it has a server, waits for
/// one or needs none ([ClientState]). Confined to one event loop from accept to close.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
public final class ClientSession implements ClientPhase {
  private static final Logger log = LoggerFactory.getLogger(ClientSession.class);

  private ClientProfile profile;
  private final LoopContext context;
  private final Channel channel;
  private final ClientFlow flow;
  private final RequestRelay requests;
  private final SessionState sessionState;
  private final SessionTimeouts timeouts;
  private final Leasing leasing;
  private final Refusal refusal;

  private final ServerSide serverSide;
  private final Aftermath aftermath = new Aftermath(this);
  private final Staying staying = new Staying(this);
  private final ClientEnding ending = new ClientEnding(this);

  private ClientState state = ClientState.UNLEASED;
  private @Nullable ServerConnection server;

  public ClientSession(ClientProfile profile, LoopContext context, Channel channel) {
    this.profile = profile;
    this.context = context;
    this.channel = channel;
    this.leasing = new Leasing(this);
    this.serverSide = new ServerSide(this);
    this.flow = new ClientFlow(channel);
    this.sessionState = new SessionState(this, profile.startup());
    this.timeouts = new SessionTimeouts(this);
    this.refusal = new Refusal(channel);
    this.requests = new RequestRelay(this);
  }

  public ClientProfile profile() {
    return profile;
  }

  void profileIs(ClientProfile now) {
    profile = now;
  }

  public LoopContext context() {
    return context;
  }

  public ClientState state() {
    return state;
  }

  public SessionState sessionState() {
    return sessionState;
  }

  public SessionTimeouts timeouts() {
    return timeouts;
  }

  boolean isWelcomed() {
    return leasing.isWelcomed();
  }

  Leasing leasing() {
    return leasing;
  }

  Aftermath aftermath() {
    return aftermath;
  }

  Staying staying() {
    return staying;
  }

  ServerSide serverSide() {
    return serverSide;
  }

  ClientFlow flow() {
    return flow;
  }

  public @Nullable ServerConnection server() {
    return server;
  }

  ServerConnection requireServer() {
    return Objects.requireNonNull(server, "no server is leased");
  }

  void serverIs(@Nullable ServerConnection now) {
    server = now;
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
    return profile.poolMode() != PoolMode.SESSION && !isUncertain();
  }

  /// Whether its server may say more than is expected, after messages amid a COPY that failed.
  boolean isUncertain() {
    return server != null && server.pending().isUncertain();
  }

  boolean tracksStatements() {
    return tracksState() && statementsMax() > 0;
  }

  void become(ClientState next) {
    assert channel.eventLoop().inEventLoop() : "off its event loop";
    state = next;
    timeouts.onState(next);
  }

  // ---- the client's side

  /// The login has ended well: greets the client, as soon as it is known what its server reports.
  public void begin() {
    context.add(this);
    leasing.begin();
  }

  /// Takes ownership of what was read.
  @Override
  public void onRead(ByteBuf in) {
    if (state == ClientState.CLOSED || ending.hasBegun()) {
      in.release();
      return;
    }
    timeouts.onClientBytes(in.readableBytes());
    ByteBuf all = flow.join(in);
    if ((state == ClientState.LEASED || state == ClientState.UNLEASED) && !aftermath.hasBegun()) {
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

  /// Relays what was relayed before and has failed; takes ownership.
  void relayAgain(ByteBuf in) {
    relay(in);
    onReadComplete();
  }

  /// Whether its server has got a part of a message, and waits for the rest.
  boolean isMidMessage() {
    return requests.isMidMessage();
  }

  private void relay(ByteBuf in) {
    boolean midMessage = isMidMessage();
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
      if (midMessage && state == ClientState.LEASED) {
        server.flush(); // it may be somebody else's from here on
        serverSide.onMessageEnd();
      }
    }
  }

  private void keep(ByteBuf unread) {
    if (state == ClientState.CLOSED || ending.hasBegun()) {
      unread.release();
    } else if (requests.isBlocked()) {
      flow.hold(unread);
    } else {
      flow.keepPartial(unread);
    }
  }

  /// Goes on with what the client sent while it could not be relayed.
  void resume() {
    ByteBuf held = flow.takeHeld();
    if (held != null) {
      relay(held);
      onReadComplete();
    }
  }

  /// Whether a message can be sent now; begins to get a server when there is none.
  boolean ready(byte tag) {
    if (state == ClientState.LEASED) {
      return true;
    }
    if (state == ClientState.UNLEASED) {
      leasing.acquire();
    }
    return state == ClientState.LEASED;
  }

  /// Terminate: no answer is wanted any more, but what was sent before is to be done.
  void onTerminate() {
    if (profile.hasOwnServer() || !ending.terminate()) {
      finish();
    }
  }

  /// Leaves to the server what it has been asked to do.
  private void finish() {
    ServerConnection busy = server;
    if (busy != null && leasing.finish(busy)) {
      flow.serverReadable(busy, true);
      server = null;
    }
    close("client close request");
  }

  @Override
  public void onInputEnd() {
    ending.closeHalf();
  }

  @Override
  public void onClientGone(String reason) {
    if (ending.isTerminated()) {
      finish();
    } else {
      close(reason);
    }
  }

  /// Whether the client has all the answers it can expect.
  boolean isAnswered() {
    return switch (state) {
      case UNLEASED, CLOSED -> true;
      case LEASED -> requireServer().pending().isEmpty();
      case PARKED -> !flow.isHolding();
      case HOLDING, WAITING, APPLYING, SETTLING, REPEATING -> false;
    };
  }

  ClientEnding ending() {
    return ending;
  }

  @Override
  public void onClientWritability(boolean writable) {
    timeouts.onClientWritability(writable);
    if (server != null) {
      flow.serverReadable(server, writable);
    }
  }

  /// A cancel request with this session's key has come in.
  void onCancelRequest(Runnable ended) {
    if (state == ClientState.LEASED && !requireServer().pending().isEmpty()) {
      cancelRunning(ended);
      return;
    }
    if ((state == ClientState.WAITING || state == ClientState.HOLDING) && isWelcomed()) {
      refuse(ClientErrors.waitCancelled());
    }
    ended.run();
  }

  /// Asks the server to stop what it is doing for this client.
  void cancelRunning(Runnable ended) {
    ServerConnection running = requireServer();
    log.debug("{} cancels on {}", profile, running);
    running.cancel(ended);
  }

  /// The topology is another one: whoever waits for a member asks again.
  void onTopology() {
    if (state == ClientState.HOLDING) {
      leasing.acquire();
    }
  }

  /// Answers all that waits with an error; before the client's welcome that ends its session.
  void refuse(ErrorResponse error) {
    if (leasing.concludeKnock()) {
      return;
    }
    leasing.withdraw();
    if (!isWelcomed()) {
      fail(error.asFatal());
      return;
    }
    become(ClientState.UNLEASED);
    context.errors().count(ErrorCounts.Origin.PROXY, error);
    refusal.beginAll(error, aftermath.lostBlock().status(), replay());
    resume();
    refusal.onReadEnd();
    channel.flush();
  }

  Replay replay() {
    return requests.replay();
  }

  StatementRelay statements() {
    return requests.statements();
  }

  // ---- the end

  /// Says why, and closes.
  @Override
  public void fail(ErrorResponse error) {
    if (state == ClientState.CLOSED) {
      return;
    }
    ClientLog.closing(profile, error.message(), timeouts.ageNanos());
    ClientLog.error(profile, error.message());
    context.errors().count(ErrorCounts.Origin.PROXY, error);
    leave();
    Refusal.write(channel, error);
    Parting.closeWhenSaid(channel);
  }

  /// The server has said why it ends, or has nothing to say: closes when that has been sent.
  void part(String reason) {
    if (state != ClientState.CLOSED) {
      ClientLog.closing(profile, reason, timeouts.ageNanos());
      leave();
      Parting.closeWhenSaid(channel);
    }
  }

  private void close(String reason) {
    if (state != ClientState.CLOSED) {
      ClientLog.closing(profile, reason, timeouts.ageNanos());
      leave();
      channel.close();
    }
  }

  private void leave() {
    leasing.withdraw();
    ClientState last = state;
    become(ClientState.CLOSED);
    context.remove(this);
    flow.discard();
    requests.replay().drop();
    ServerConnection left = server;
    server = null;
    if (left != null) {
      flow.serverReadable(left, true);
      leasing.leave(left, last);
    }
    leasing.end();
  }

  @Override
  public String toString() {
    return profile + " " + state;
  }
}
