package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import java.util.ArrayDeque;
import java.util.Deque;

/// Cleans a released connection with queries of ours, then gives it back to its shard; one that
/// cannot be cleaned is closed. What `connect_query` has made of the session is gone with the rest,
/// so that it runs again.
@EventLoopConfined
final class Cleaning implements OwnAnswer {
  private final PoolShard shard;
  private final ServerConnection server;
  private final Deque<String> queries = new ArrayDeque<>(2);
  private boolean failed;

  Cleaning(PoolShard shard, ServerConnection server) {
    this.shard = shard;
    this.server = server;
    queries.add(shard.pool().settings().resetQuery());
    if (server.hasConnectQuery()) {
      queries.add(server.key().connectQuery());
    }
  }

  void begin() {
    server.become(ServerState.CLEANING);
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
      server.askText(queries.remove(), this);
    } else {
      server.noteClean();
      if (server.cancelsInFlight() == 0) {
        shard.cleaned(server);
      }
    }
  }
}
