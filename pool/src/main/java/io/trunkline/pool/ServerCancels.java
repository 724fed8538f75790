package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;

/// The cancel requests for one server connection that have not ended. The connection must not
/// change hands before they have: one that comes late would hit the next client's query.
@EventLoopConfined
final class ServerCancels {
  private final ServerConnection server;
  private int inFlight;

  ServerCancels(ServerConnection server) {
    this.server = server;
  }

  int inFlight() {
    return inFlight;
  }

  void send(Runnable ended) {
    inFlight++;
    server.shard().pool().cancel(server, () -> onEnded(ended));
  }

  private void onEnded(Runnable ended) {
    ended.run();
    inFlight--;
    if (inFlight == 0 && server.state() == ServerState.CLEANING && server.pending().isEmpty()) {
      server.shard().cleaned(server);
    }
  }
}
