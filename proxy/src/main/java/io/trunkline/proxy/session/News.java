package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.OwnAnswer;
import io.trunkline.pool.ServerConnection;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import io.trunkline.protocol.message.ErrorResponse;
import org.jspecify.annotations.Nullable;

/// A question whose answer does not matter: a server that was idle while it was promoted or while
/// its settings were read anew reports that with its next answer, and not before. A client that has
/// not been welcomed is told what is reported then.
@SuppressWarnings("ReferenceEquality") // the road compares by identity
@EventLoopConfined
final class News implements OwnAnswer {
  static final String QUESTION = ";";

  private final ClientSession session;
  private final ServerConnection server;
  private @Nullable ErrorResponse error;

  News(ClientSession session, ServerConnection server) {
    this.session = session;
    this.server = server;
  }

  @Override
  public void onError(ByteBuf in, int start, int frameBytes) {
    int body = start + FrameScanner.HEADER_BYTES;
    error = ErrorResponse.decode(in.slice(body, frameBytes - FrameScanner.HEADER_BYTES));
  }

  @Override
  public void onDone() {
    if (session.server() != server) {
      return; // the client has left meanwhile
    }
    ErrorResponse failure = error;
    if (failure == null) {
      session.leasing().welcomeBy(server);
    } else {
      session.leasing().onApplyFailed(failure);
    }
  }
}
