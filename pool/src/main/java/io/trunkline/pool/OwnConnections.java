package io.trunkline.pool;

import io.netty.channel.Channel;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.SqlState;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the connections of one shard that serve a single client each: replication connections,
/// which nobody else could use. Such a connection takes a place in the pool like any other, bears
/// its client's own startup parameters, is never idle, and closes at the end of its lease.
///
/// A request leaves the queue while its connection is being opened, and comes back to it when the
/// server could not be reached.
@EventLoopConfined
final class OwnConnections {
  private static final Logger log = LoggerFactory.getLogger(OwnConnections.class);

  private final PoolShard shard;
  private final Set<Opening> openings = new LinkedHashSet<>();

  OwnConnections(PoolShard shard) {
    this.shard = shard;
  }

  /// How many are being opened.
  int opening() {
    return openings.size();
  }

  /// Opens a connection for a request that is in no queue. The right to do so has been taken from
  /// the pool.
  void open(LeaseRequest request, ServerStartup startup) {
    Opening opening = new Opening(request);
    openings.add(opening);
    request.opening = opening;
    shard.pool().connect(startup, shard.loop(), opening);
  }

  /// Sends everybody whose connection is being opened to look for another route.
  void reroute() {
    for (Opening opening : List.copyOf(openings)) {
      opening.abandon();
      opening.request.onReroute();
    }
  }

  /// One attempt for one client.
  final class Opening implements ServerConnector.Outcome {
    private final long began = shard.pool().clock().now();
    private final LeaseRequest request;

    private Opening(LeaseRequest request) {
      this.request = request;
    }

    /// Its client does not want the connection any more; it is closed as soon as it is open.
    void abandon() {
      if (openings.remove(this)) {
        request.opening = null;
      }
    }

    /// Whether the client still waits for it; from now on it does not.
    private boolean end() {
      boolean wanted = openings.contains(this);
      abandon();
      return wanted;
    }

    @Override
    public void onConnected(Channel channel, ServerIdentity identity) {
      shard.openings().succeeded(shard.pool().clock().now() - began);
      shard.pool().opened();
      ServerConnection server = shard.take(channel, identity);
      server.retire("it was opened for one client alone");
      if (end()) {
        server.noteSettings(request.wantedSettings());
        shard.grant(server, request);
      } else {
        server.close("its client did not wait for it");
      }
    }

    @Override
    public void onFailed(ServerConnector.ConnectFailure failure) {
      shard.openings().failed();
      ServerPool pool = shard.pool();
      log.warn("{}: {}", pool, failure.message());
      boolean wanted = end();
      if (failure.isFinal(false)) {
        pool.refused();
        String sqlState = failure.sqlStateOr(SqlState.CONNECTION_FAILURE);
        if (wanted) {
          request.onLeaseFailed(new LeaseFailure(sqlState, failure.message()));
        }
      } else {
        pool.failed(failure.message());
        pool.suspect();
        if (wanted) {
          shard.enqueue(request);
        }
      }
      pool.closed();
    }
  }
}
