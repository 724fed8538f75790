package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.trunkline.protocol.message.ErrorResponse;

/// What a client connection is doing now: starting up, logging in, living its session, talking to
/// the console. One handler stays in the pipeline for all of it and hands everything to the present
/// phase.
public interface ClientPhase {

  /// Takes ownership of what was read.
  void onRead(ByteBuf in);

  /// Everything there was has been read.
  void onReadComplete();

  /// The client's send buffer has fallen below or risen above its mark.
  default void onClientWritability(boolean writable) {}

  /// A TLS handshake has ended, well or not.
  default void onHandshake(SslHandshakeCompletionEvent handshake) {}

  /// The client will send nothing more; it may still be listening. Its connection stays open until
  /// the phase closes it.
  void onInputEnd();

  /// The connection is gone.
  void onClientGone(String reason);

  /// Says why, and closes.
  void fail(ErrorResponse error);
}
