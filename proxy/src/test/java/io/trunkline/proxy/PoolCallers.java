package io.trunkline.proxy;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.LeaseFailure;
import io.trunkline.pool.LeaseRequest;
import io.trunkline.pool.Lessee;
import io.trunkline.pool.PoolKey;
import io.trunkline.pool.PoolParts;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.ServerConnection;
import io.trunkline.pool.ServerConnector;
import io.trunkline.pool.ServerPool;
import io.trunkline.pool.ServerStartup;
import io.trunkline.protocol.sql.SessionSettings;
import io.trunkline.routing.Member;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/// Clients of pools whose servers never answer unless told to fail, on one loop and with a clock
/// that stands still.
final class PoolCallers implements ServerConnector {
  private final EmbeddedChannel home = new EmbeddedChannel();
  private final Queue<Outcome> attempts = new ArrayDeque<>();
  private final PoolRegistry pools =
      new PoolRegistry(
          new PoolParts(
              List.of(home.eventLoop()), this, () -> 1_000_000_000, true, _ -> 0, _ -> {}));

  PoolRegistry pools() {
    return pools;
  }

  ServerPool pool(String cluster, Member member) {
    var key = new PoolKey(cluster, member.name(), "db", "u");
    return pools.enter(key, member, PoolSettings.defaults());
  }

  /// A client that waits for a connection.
  Caller asks(ServerPool pool) {
    Caller caller = new Caller();
    pool.shard(0).lease(caller);
    return caller;
  }

  /// How many attempts to connect are under way.
  int attempts() {
    home.runPendingTasks();
    return attempts.size();
  }

  /// Lets the oldest attempt fail.
  void fail() {
    attempts.remove().onFailed(new ConnectFailure(null, "refused"));
  }

  @Override
  public void connect(ServerPool pool, ServerStartup startup, EventLoop loop, Outcome outcome) {
    attempts.add(outcome);
  }

  @Override
  public void cancel(ServerConnection server, Runnable ended) {
    throw new AssertionError("there is no connection");
  }

  /// Notes when it is sent elsewhere.
  static final class Caller extends LeaseRequest {
    boolean rerouted;

    @Override
    protected Lessee lessee() {
      throw new AssertionError("there is no connection");
    }

    @Override
    protected SessionSettings wantedSettings() {
      return SessionSettings.EMPTY;
    }

    @Override
    protected void onLeased(ServerConnection server) {
      throw new AssertionError("there is no connection");
    }

    @Override
    protected void onLeaseFailed(LeaseFailure failure) {
      throw new AssertionError(failure.message());
    }

    @Override
    protected void onReroute() {
      rerouted = true;
    }
  }
}
