package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.tls.TlsFailure;
import java.io.IOException;
import java.util.function.BiFunction;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hot path. The one handler of a client's channel: hands what happens to the present
/// [ClientPhase], and decides nothing.
@EventLoopConfined
public final class ClientHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ClientHandler.class);

  private final BiFunction<ClientHandler, Channel, ClientPhase> first;
  private @Nullable ClientPhase phase;
  private boolean inputEnded;

  /// @param first makes the phase a connection begins with
  public ClientHandler(BiFunction<ClientHandler, Channel, ClientPhase> first) {
    this.first = first;
  }

  /// Goes on with another phase.
  public void become(ClientPhase next) {
    phase = next;
  }

  /// Hands bytes to the phase of now; takes ownership.
  public void read(ByteBuf in) {
    phase().onRead(in);
  }

  /// Tells the phase of now, again, that the client will send nothing more, if that is so: for who
  /// has handed on what was sent before it.
  public void tellInputEnd() {
    if (inputEnded) {
      phase().onInputEnd();
    }
  }

  private ClientPhase phase() {
    ClientPhase now = phase;
    if (now == null) {
      throw new IllegalStateException("the channel is not active yet");
    }
    return now;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    phase = first.apply(this, ctx.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    phase().onRead((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    phase().onReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    phase().onClientWritability(ctx.channel().isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      phase().onHandshake(handshake);
    } else if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      phase().onInputEnd();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (phase != null) {
      phase.onClientGone("client unexpected eof");
    }
  }

  /// A reset connection and bytes that are no good TLS are the client's business; anything else is
  /// a bug of ours, which must cost this client alone.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      log.debug("{} {}", ctx.channel(), TlsFailure.reason(cause));
      ctx.close();
      return;
    }
    log.error("{} {}", phase, "failed", cause);
    if (phase == null) {
      ctx.close();
    } else {
      phase.fail(ClientErrors.internal());
    }
  }
}
