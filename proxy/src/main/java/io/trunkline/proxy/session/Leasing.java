package io.trunkline.proxy.session;

import io.trunkline.pool.LeaseFailure;
import io.trunkline.pool.LeaseRequest;
import io.trunkline.pool.Lessee;
import io.trunkline.pool.ReportedParameters;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.Route;
import org.jspecify.annotations.Nullable;

/// How one client comes by a server and leaves it: the route, the pool there, the place in its
/// queue.
@EventLoopConfined
final class Leasing {
  private final ClientSession session;
  private final LoopContext.Path path;
  private final SessionPools pools;
  private final Request request = new Request();

  Leasing(ClientSession session) {
    this.session = session;
    this.path = session.context().path(session.profile());
    this.pools = new SessionPools(session.profile(), session.context());
  }

  /// What the member this client goes to would report, if that is known already.
  @Nullable ReportedParameters knownWelcome() {
    if (path.route() instanceof Route.To(var member)) {
      return session
          .context()
          .welcomes()
          .find(pools.shard(member).pool().key(), member, session.profile().startup());
    }
    return null;
  }

  /// Asks for a server; the session is told what comes of it, maybe before this returns.
  void acquire() {
    switch (path.route()) {
      case Route.To(var member) -> {
        session.onWaiting();
        pools.shard(member).lease(request);
        if (request.isWaiting()) {
          session.timeouts().onQueued();
        }
      }
      case Route.Hold(String reason) -> session.onHold(reason);
      case Route.Refuse(String sqlState, String message) ->
          session.refuse(ClientErrors.refused(sqlState, message));
    }
  }

  void withdraw() {
    request.withdraw();
  }

  /// What becomes of the server of a client that is gone: a running query is cancelled, a clean
  /// session is used again, an open transaction costs the connection.
  void leave(ServerConnection server, ClientSession.State last) {
    long now = session.context().clock().now();
    SessionState state = session.sessionState();
    if (!server.pending().isEmpty()) {
      server.cancelAndClose("client left while the server was busy");
    } else if (server.status() != TransactionStatus.IDLE) {
      server.close("client left in the middle of a transaction");
    } else if (session.tracksState()
        && last == ClientSession.State.LEASED
        && !state.leavesTraces()) {
      server.release(now);
    } else if (state.canBeCleaned()) {
      server.releaseAndReset(now);
    } else {
      server.close("its session cannot be cleaned");
    }
  }

  private final class Request extends LeaseRequest {
    @Override
    protected Lessee lessee() {
      return session;
    }

    @Override
    protected SessionSettings wantedSettings() {
      return session.sessionState().settings();
    }

    @Override
    protected void onLeased(ServerConnection server) {
      session.onLeased(server);
    }

    @Override
    protected void onLeaseFailed(LeaseFailure failure) {
      session.fail(ClientErrors.loginRefused(failure.sqlState(), failure.message()));
    }

    @Override
    protected void onReroute() {
      session.onReroute();
    }
  }
}
