package io.trunkline.proxy.session;

import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import java.util.concurrent.TimeUnit;

/// The end of a client that will send nothing more, but may want the answers to what it has sent:
/// it has said Terminate, or closed its half of the connection. PostgreSQL answers first, and so do
/// we.
///
/// Whether a client that closes its half still listens cannot be seen. One that does is answered at
/// once or soon; one that is gone must not keep a server busy for longer than that.
@EventLoopConfined
final class ClientEnding {
  private static final long LISTENS_MILLIS = 500;

  private final ClientSession session;
  private boolean begun;
  private boolean terminated;

  ClientEnding(ClientSession session) {
    this.session = session;
  }

  /// Whether whatever the client sends now is not for us to read.
  boolean hasBegun() {
    return begun;
  }

  /// Whether what was asked is to be done even if nobody is there for the answer.
  boolean isTerminated() {
    return terminated;
  }

  /// Terminate: closes when everything has been answered.
  ///
  /// @return false when there is nothing to wait for
  boolean terminate() {
    ServerConnection server = session.server();
    if (server == null || !server.pending().endsInReady() || server.inCopyIn()) {
      return false;
    }
    begun = true;
    terminated = true;
    return true;
  }

  /// The client has closed its half.
  void closeHalf() {
    if (begun || session.isAnswered()) {
      session.onClientGone("client unexpected eof");
      return;
    }
    begun = true;
    session
        .context()
        .loop()
        .schedule(
            () -> session.onClientGone("client unexpected eof"),
            LISTENS_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /// Something has been answered, and that flushed.
  void onAnswered() {
    if (begun && session.isAnswered()) {
      session.part("client close request");
    }
  }
}
