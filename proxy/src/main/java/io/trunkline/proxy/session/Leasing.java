package io.trunkline.proxy.session;

import io.trunkline.pool.LeaseFailure;
import io.trunkline.pool.LeaseRequest;
import io.trunkline.pool.Lessee;
import io.trunkline.pool.PoolShard;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerPool;
import io.trunkline.pool.ServerStartup;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Route;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Hot path. How one client comes by a server and leaves it: the route, the pool there, the place
/// in its queue, and what has to be done on both sides before it can be used.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
final class Leasing {
  private final ClientSession session;
  private final LoopContext.Path path;
  private final SessionPools pools;
  private final Request request = new Request();

  /// What the client knows of its server's parameters.
  private ReportedParameters parameters = ReportedParameters.NONE;

  /// Whether the server of now has reported a change by itself or for this client.
  private boolean reported;

  /// Whether the client has been told that it is connected.
  private boolean welcomed;

  /// Whether it may be in pools that behave otherwise than its own do by now.
  private boolean unsettled;

  /// Where it asks whether the member still lives; null while it does not.
  private @Nullable Knock knocking;

  /// Why there was no member to go to when this client began to hold.
  private String holdReason = "";

  Leasing(ClientSession session) {
    this.session = session;
    this.path = session.context().path(session.profile());
    this.pools = new SessionPools(session);
  }

  boolean isWelcomed() {
    return welcomed;
  }

  /// Why there is no member to go to; of meaning while HOLDING.
  String holdReason() {
    return path.route() instanceof Route.Hold(String now) ? now : holdReason;
  }

  ReportedParameters parameters() {
    return parameters;
  }

  void parametersAre(ReportedParameters now) {
    parameters = now;
    reported = true;
  }

  // ---- getting a server

  /// Greets the client, as soon as it is known what its server reports.
  void begin() {
    ReportedParameters known = knownWelcome();
    if (known != null) {
      welcome(known);
    } else {
      acquire();
    }
  }

  private void welcome(ReportedParameters known) {
    welcomed = true;
    session.timeouts().onWelcome();
    parameters = known;
    Greeting.write(session.channel(), session.profile(), known);
    session.channel().flush();
  }

  /// What the member this client goes to would report, if that is known already.
  private @Nullable ReportedParameters knownWelcome() {
    if (!session.profile().hasOwnServer() && path.glance() instanceof Route.To(var member)) {
      return session
          .context()
          .welcomes()
          .find(pools.shard(member).pool().key(), member, session.profile().startup());
    }
    return null;
  }

  /// Whether a server of the pool the client would go to has parsed the statement before.
  boolean poolHasParsed(SharedStatement statement) {
    return path.glance() instanceof Route.To(var member)
        && pools.shard(member).pool().parsed().contains(statement);
  }

  /// Asks for a server; the session is told what comes of it, maybe before this returns.
  void acquire() {
    acquire(path.route());
  }

  /// The same, at another member than this one, if there is one.
  void acquireAvoiding(String member) {
    acquire(path.routeAvoiding(member));
  }

  private void acquire(Route route) {
    if (unsettled) {
      unsettled = false;
      pools.settle();
    }
    switch (route) {
      case Route.To(var member) -> leaseAt(pools.shard(member));
      case Route.Hold(String reason) -> hold(reason);
    }
  }

  private void leaseAt(PoolShard shard) {
    session.become(ClientState.WAITING);
    shard.lease(request);
    if (request.isWaiting()) {
      session.timeouts().onQueued();
    }
  }

  /// The configuration is another. Whoever has a server keeps it, whoever waits for one goes on
  /// doing so in the right pool.
  void onRenewal() {
    unsettled = true;
    boolean queued = request.isWaiting() && knocking == null && !session.profile().hasOwnServer();
    if (queued && request.waitsAt() instanceof PoolShard shard) {
      unsettled = false;
      pools.settle();
      if (!pools.contains(shard)) {
        request.withdraw();
        acquire();
      }
    }
  }

  /// Waits until more is known of the members, and asks then.
  void awaitNews(String reason) {
    hold(reason);
  }

  /// A server has ended its session. Asks the same member for a new connection, unless it is known
  /// to be no place to go to: only a member that refuses one is going down.
  void knock(ServerConnection server, Knock knock) {
    ServerPool pool = server.pool();
    pool.suspect();
    if (pool.paused()) {
      session.aftermath().onAtHome(knock);
    } else if (mayBeAtHome(pool)) {
      knocking = knock;
      pool.retireAll("the server ends sessions");
      PoolShard shard = pools.shard(pool.member());
      shard.retireAll("the server ends sessions"); // here at once: none of them must be the answer
      leaseAt(shard);
    } else {
      session.aftermath().onGone(knock);
    }
  }

  /// Whether a client that waited for the outcome of a knock has been answered by what is known.
  boolean concludeKnock() {
    Knock knock = knocking;
    knocking = null;
    if (knock == null || knock.otherwise() == null) {
      return false;
    }
    request.withdraw();
    session.aftermath().onGone(knock);
    return true;
  }

  private boolean mayBeAtHome(ServerPool pool) {
    if (pool.backingOff() || !pool.standing().isInviting() || !pool.member().alive()) {
      return false;
    }
    return session.profile().role() != ListenerRole.PRIMARY
        || (path.glance() instanceof Route.To(var leader)
            && leader.name().equals(pool.key().member()));
  }

  private void hold(String reason) {
    holdReason = reason;
    if (session.profile().hold().isZero()) {
      session.refuse(ClientErrors.held(reason, Duration.ZERO));
    } else if (session.context().holding().add(path, session)) {
      session.become(ClientState.HOLDING);
    } else {
      session.refuse(ClientErrors.tooManyHeld(session.context().holding().max(), reason));
    }
  }

  /// Wants no server any more.
  void withdraw() {
    knocking = null;
    session.context().holding().remove(path, session);
    request.withdraw();
  }

  // ---- having one

  void onLeased(ServerConnection server) {
    session.serverIs(server);
    Knock knock = knocking;
    knocking = null;
    if (knock != null && knock.isAnsweredBy(server)) {
      session.aftermath().onAtHome(knock);
      return;
    }
    if (knock != null && knock.otherwise() != null) {
      release();
      session.aftermath().onGone(knock);
      return;
    }
    if (session.aftermath().declines(server)) {
      return;
    }
    if (session.sessionState().matches(server)) {
      onApplied();
    } else {
      session.become(ClientState.APPLYING);
      session.sessionState().applyTo(server);
    }
  }

  /// The server has this client's settings.
  void onApplied() {
    ServerConnection server = session.requireServer();
    if (!welcomed && !session.profile().hasOwnServer()) {
      session.become(ClientState.APPLYING);
      server.ask(News.QUESTION, new News(session, server));
      return;
    }
    if (session.aftermath().lostBlock().isOpen()) {
      session.aftermath().lostBlock().beginAt(server);
      return;
    }
    session.become(ClientState.LEASED);
    if (!welcomed) {
      welcome(server.parameters());
    }
    if (!session.tracksState()) {
      server.watchCommandTags(); // which tell of settings that went back, and of LOAD
    }
    if (parameters != server.parameters()) {
      Greeting.writeChanges(session.channel(), parameters, server.parameters());
      parameters = server.parameters();
    }
    session.replay().onLeased();
    session.resume();
  }

  /// The first client with these wishes is welcomed with what a server says, which the others are
  /// told as well.
  void welcomeBy(ServerConnection server) {
    session.become(ClientState.LEASED);
    learn(server);
    release();
    welcome(server.parameters());
  }

  private void learn(ServerConnection server) {
    session
        .context()
        .welcomes()
        .learn(
            server.key(), pools.member(server), session.profile().startup(), server.parameters());
  }

  void onApplyFailed(ErrorResponse error) {
    session.fail(ClientErrors.settingsRefused(error.sqlState(), error.message()));
  }

  /// Gives the server back; the client keeps nothing of it.
  void release() {
    ServerConnection server = session.requireServer();
    if (reported) {
      reported = false;
      if (session.sessionState().isAsAtLogin()) {
        learn(server);
      }
    }
    session.serverIs(null);
    session.flow().serverReadable(server, true);
    session.become(ClientState.UNLEASED);
    session.flow().serverWritable(true);
    server.release(session.context().clock().now());
  }

  // ---- leaving it

  /// Takes leave of the server of a client that has said goodbye: what it asked for before is done
  /// all the same.
  ///
  /// @return false when there was nothing to do, and the server is to be left as any other
  boolean finish(ServerConnection server) {
    if (session.profile().hasOwnServer()) {
      server.hangUp("client closed the connection");
      return true;
    }
    boolean busy = !server.pending().isEmpty();
    if (busy) {
      server.finishAndClose();
    }
    return busy;
  }

  /// What becomes of the server of a client that is gone: a running query is cancelled, a clean
  /// session is used again, an open transaction costs the connection.
  void leave(ServerConnection server, ClientState last) {
    long now = session.context().clock().now();
    SessionState state = session.sessionState();
    if (session.profile().hasOwnServer()) {
      server.cancelAndHangUp("its client is gone");
    } else if (!server.pending().isEmpty()) {
      server.cancelAndClose("client left while the server was busy");
    } else if (server.status() != TransactionStatus.IDLE || !server.pending().isAtRest()) {
      server.close("client disconnect while server was not ready");
    } else if (session.isMidMessage() || server.pending().isUncertain()) {
      server.close("client left in the middle of a message");
    } else if (session.tracksState() && last == ClientState.LEASED && !state.leavesTraces()) {
      server.release(now);
    } else if (state.canBeCleaned()) {
      server.releaseAndReset(now);
    } else {
      server.close("its session cannot be cleaned");
    }
  }

  /// The session is over.
  void end() {
    pools.leave();
  }

  private final class Request extends LeaseRequest {
    @Override
    protected Lessee lessee() {
      return session.serverSide();
    }

    @Override
    protected SessionSettings wantedSettings() {
      return session.sessionState().settings();
    }

    @Override
    protected @Nullable ServerStartup ownStartup() {
      return session.profile().ownStartup();
    }

    @Override
    protected long wantedSinceNanos(long nowNanos) {
      return session.timeouts().waitingSinceNanos(); // also while it was held
    }

    @Override
    protected boolean mayGoElsewhere() {
      return knocking != null || session.profile().role() != ListenerRole.PRIMARY;
    }

    @Override
    protected void onLeased(ServerConnection server) {
      Leasing.this.onLeased(server);
    }

    @Override
    protected void onLeaseFailed(LeaseFailure failure) {
      session.fail(ClientErrors.loginRefused(failure.sqlState(), failure.message()));
    }

    @Override
    protected void onReroute() {
      Knock knock = knocking;
      knocking = null;
      if (knock != null) {
        session.aftermath().onGone(knock);
      } else {
        acquire();
      }
    }
  }
}
