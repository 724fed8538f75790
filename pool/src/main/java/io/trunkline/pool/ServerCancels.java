package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.util.concurrent.TimeUnit;

/// The cancel requests for one server connection that have not ended. The connection must not
/// change hands before they have: one that comes late would hit the next client's query.
@EventLoopConfined
final class ServerCancels {
  /// How often a client that is gone is cancelled, and the first pause; each is twice the last.
  private static final int ATTEMPTS_MAX = 6;

  private static final long PAUSE_MILLIS = 200;

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

  /// Cancels what an abandoned connection is doing. A cancel may come before the server has read
  /// what it is meant for, and is without effect then: it is repeated until the server has come to
  /// our Terminate, or for some seconds.
  void sendUntilClosed(String reason) {
    sendUntilClosed(reason, 0);
  }

  private void sendUntilClosed(String reason, int attempt) {
    if (server.state() != ServerState.ABANDONED) {
      return;
    }
    if (attempt == ATTEMPTS_MAX) {
      server.close(reason);
      return;
    }
    Runnable again = () -> sendUntilClosed(reason, attempt + 1);
    long pauseMillis = PAUSE_MILLIS << attempt;
    server
        .shard()
        .pool()
        .cancel(
            server,
            () -> server.shard().loop().schedule(again, pauseMillis, TimeUnit.MILLISECONDS));
  }
}
