package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.sql.SessionSettings;

/// Waits for the end of the query that cleans a released connection, and gives the connection back
/// to its shard; one that cannot be cleaned is closed.
@EventLoopConfined
final class Cleaning implements OwnAnswer {
  private final PoolShard shard;
  private final ServerConnection server;
  private boolean failed;

  Cleaning(PoolShard shard, ServerConnection server) {
    this.shard = shard;
    this.server = server;
  }

  @Override
  public void onError(ByteBuf in, int start, int frameBytes) {
    failed = true;
  }

  @Override
  public void onDone() {
    if (failed) {
      server.close("reset query failed");
      return;
    }
    server.statements().noteAllForgotten();
    server.noteSettings(SessionSettings.EMPTY);
    if (!server.cancelInFlight()) {
      shard.cleaned(server);
    }
  }
}
