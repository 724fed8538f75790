package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.TransactionStatus;
import org.jspecify.annotations.Nullable;

/// Who holds a server connection, as that connection sees it: a client's session. Called on the
/// event loop both live on, in the order of what the server sent.
public interface Lessee {

  /// Bytes of the server for the client, or an answer made in the server's place. Takes ownership.
  void respond(ByteBuf bytes);

  /// Whether the client may hear that everything is answered and its server is in this state, which
  /// is not idle. If not, [#onCycleEnd] follows all the same, and should tell the client why.
  default boolean mayStay(TransactionStatus status) {
    return true;
  }

  /// The server has answered everything and said ReadyForQuery, which the client has been sent. The
  /// lessee may release the server now, before anything is flushed.
  void onCycleEnd(TransactionStatus status);

  /// The server reported a changed parameter; ParameterStatus itself has been sent to the client
  /// unless the change was our own doing.
  void onParameters(ReportedParameters now);

  /// An ErrorResponse for the client lies at `start`, not sent yet.
  ///
  /// @return what to do with it
  PendingResponses.Verdict onError(ByteBuf in, int start, int frameBytes);

  /// The longest message of the server's that the client may get, in bytes.
  default int messageBytesMax() {
    return FrameScanner.FRAME_BYTES_MAX;
  }

  /// The same, for a server that nobody may hold.
  static int messageBytesMaxOf(@Nullable Lessee lessee) {
    return lessee == null ? FrameScanner.FRAME_BYTES_MAX : lessee.messageBytesMax();
  }

  /// The server has begun a message for the client that is longer than [#messageBytesMax]. Nothing
  /// of it has been handed over, nor will be: the connection is closed, whoever holds it then.
  default void onTooLong(int messageBytes) {
    throw new IllegalStateException("no message is too long for it");
  }

  /// A request that was sent as `subject` failed, or never happened: an error before it made the
  /// server skip it.
  void onSkipped(Object subject);

  /// SET, RESET, LOAD, DISCARD ALL or DEALLOCATE ALL was executed. Told only if the connection was
  /// asked to watch for it.
  ///
  /// @param effects bits of `SessionEffect`
  void onSessionCommand(int effects);

  /// Everything read so far has been handed over: flush what was written.
  void flushResponses();

  /// The server's send buffer has fallen below or risen above its mark.
  void onServerWritability(boolean writable);

  /// Whether work may begin at the connection's member has changed; see [ServerPool#standing].
  default void onStanding() {
    // who gives the connection back between transactions need not know
  }

  /// The connection is gone; the lease with it. Called once.
  void onServerClosed(ServerLoss loss);
}
