package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// Cleans released connections with queries of ours, then gives them back to their shard; one that
/// cannot be cleaned is closed. What `connect_query` has made of the session is gone with the rest,
/// so that it runs again.
///
/// One that says nothing for `query_wait_timeout`, as long as a client would wait for it, is
/// closed: it takes a place in its pool.
@EventLoopConfined
final class Cleanings {
  private final PoolShard shard;
  private final Unanswered underWay = new Unanswered();

  Cleanings(PoolShard shard) {
    this.shard = shard;
  }

  void begin(ServerConnection server, long nowNanos) {
    underWay.add(server, nowNanos);
    server.become(ServerState.CLEANING);
    new Cleaning(server).next();
  }

  void closed(ServerConnection server) {
    underWay.remove(server);
  }

  /// Gives up on those that have not answered in time.
  void keepHouse(long nowNanos) {
    Duration patience = shard.pool().settings().queryWaitTimeout();
    for (ServerConnection server : underWay.silentFor(patience, nowNanos)) {
      server.close("did not answer reset_query in time");
      shard.pool().suspect();
    }
  }

  /// What one connection is asked, and its answers.
  private final class Cleaning implements OwnAnswer {
    private final ServerConnection server;
    private final Deque<String> queries = new ArrayDeque<>(2);
    private boolean failed;

    Cleaning(ServerConnection server) {
      this.server = server;
      queries.add(shard.pool().settings().resetQuery());
      if (server.hasConnectQuery()) {
        queries.add(server.key().connectQuery());
      }
    }

    void next() {
      server.askText(queries.remove(), this);
    }

    @Override
    public void onError(ByteBuf in, int start, int frameBytes) {
      failed = true;
    }

    @Override
    public void onDone() {
      if (failed) {
        server.close("reset query failed");
      } else if (!queries.isEmpty()) {
        next();
      } else {
        underWay.remove(server);
        server.noteClean();
        if (server.cancelsInFlight() == 0) {
          shard.cleaned(server);
        }
      }
    }
  }
}
