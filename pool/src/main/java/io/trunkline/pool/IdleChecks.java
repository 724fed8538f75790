package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import java.time.Duration;
import java.util.List;

/// Asks connections of one shard whether they still live, before a client gets them, when they have
/// been idle for longer than `check_delay`: a firewall may have forgotten them, or their server may
/// have been switched off without a word.
///
/// One that answers serves whoever waits longest. One that fails is closed, and so is one that says
/// nothing for `connect_timeout`; in that case all others that are due go with it, for they have
/// been silent for as long, and nobody should wait for each of them in turn.
@EventLoopConfined
final class IdleChecks {
  private final PoolShard shard;
  private final Unanswered underWay = new Unanswered();

  IdleChecks(PoolShard shard) {
    this.shard = shard;
  }

  /// Whether a connection that was idle until now has been so for too long. Reads the clock only
  /// where that matters.
  boolean isDue(ServerConnection server) {
    return delayNanos() > 0 && isDue(server, shard.pool().clock().now());
  }

  private boolean isDue(ServerConnection server, long nowNanos) {
    long delay = delayNanos();
    return delay > 0 && nowNanos - server.idleSinceNanos() > delay;
  }

  private long delayNanos() {
    return shard.pool().settings().checkDelay().toNanos();
  }

  /// How many are being asked: each of them will serve somebody, or make room for another.
  int underWay() {
    return underWay.size();
  }

  /// Asks a connection that is in no list of idle ones.
  void begin(ServerConnection server) {
    underWay.add(server, shard.pool().clock().now());
    server.become(ServerState.CLEANING);
    server.askText(shard.pool().settings().checkQuery(), new Check(server));
  }

  void closed(ServerConnection server) {
    underWay.remove(server);
  }

  /// Gives up on those that have not answered in time.
  void keepHouse(long nowNanos) {
    Duration patience = shard.pool().settings().connectTimeout();
    List<ServerConnection> silent = underWay.silentFor(patience, nowNanos);
    if (!silent.isEmpty()) {
      silent.forEach(server -> server.close("did not answer check_query in time"));
      shard.pool().suspect();
      shard.closeIdle(
          server -> isDue(server, nowNanos) ? "idle as long as one that did not answer" : null);
    }
  }

  /// The answer of one connection.
  private final class Check implements OwnAnswer {
    private final ServerConnection server;
    private boolean failed;

    Check(ServerConnection server) {
      this.server = server;
    }

    @Override
    public void onError(ByteBuf in, int start, int frameBytes) {
      failed = true;
    }

    @Override
    public void onDone() {
      underWay.remove(server);
      if (failed) {
        server.close("check_query failed");
      } else {
        shard.cleaned(server);
      }
    }
  }
}
