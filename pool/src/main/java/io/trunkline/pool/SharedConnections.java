package io.trunkline.pool;

import io.netty.channel.Channel;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.SqlState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the connections of one shard that serve client after client: every one that is not of
/// [OwnConnections].
@EventLoopConfined
final class SharedConnections {
  private static final Logger log = LoggerFactory.getLogger(SharedConnections.class);

  private final PoolShard shard;
  private int opening;

  SharedConnections(PoolShard shard) {
    this.shard = shard;
  }

  /// How many are being opened.
  int opening() {
    return opening;
  }

  /// Opens one. The right to do so has been taken from the pool.
  void open() {
    opening++;
    ServerPool pool = shard.pool();
    pool.connect(ServerStartup.of(pool.key()), shard.loop(), new Opening());
  }

  private final class Opening implements ServerConnector.Outcome {
    private final long began = shard.pool().clock().now();

    @Override
    public void onConnected(Channel channel, ServerIdentity identity) {
      opening--;
      shard.openings().succeeded(shard.pool().clock().now() - began);
      shard.pool().opened();
      shard.cleaned(shard.take(channel, identity));
    }

    @Override
    public void onFailed(ServerConnector.ConnectFailure failure) {
      opening--;
      shard.openings().failed();
      ServerPool pool = shard.pool();
      log.warn("{}: {}", pool, failure.message());
      pool.failed(failure.message());
      pool.suspect();
      if (failure.isFinal(pool.open() > 1)) {
        String sqlState = failure.sqlStateOr(SqlState.CONNECTION_FAILURE);
        shard.failWaiters(new LeaseFailure(sqlState, failure.message()));
      } else {
        shard.rerouteWanderers();
      }
      pool.closed();
    }
  }
}
