package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.StartupPacket;
import io.trunkline.protocol.tls.ServerTls;
import io.trunkline.protocol.tls.ServerTlsNegotiation;
import io.trunkline.protocol.tls.ServerTlsNegotiation.Step;
import io.trunkline.protocol.tls.TlsFailure;
import io.trunkline.routing.Member;
import org.jspecify.annotations.Nullable;

/// Connects to a member and makes the connection as secure as its cluster's settings ask: TCP, then
/// TLS, over a second connection where `prefer` or `allow` want one; a Unix socket is secure
/// enough, as libpq has it. Ends in exactly one of the [Listener]'s calls; a login that the server
/// then refuses may go on with [#retryRefused]. How long all of it may take is the listener's to
/// say, who may [#abandon] it.
@EventLoopConfined
final class ServerDial {

  /// What becomes of it.
  interface Listener {

    /// The connection is as secure as it gets; nothing has been said on it yet.
    void onSecured(Channel channel, @Nullable SslHandler tls);

    void onDialFailed(String reason);
  }

  private final NettyServerConnector connector;
  private final EventLoop loop;
  private final Member member;
  private final ServerTls tls;
  private final Listener listener;
  private final ServerTlsNegotiation negotiation;
  private @Nullable ChannelFuture dialling;
  private @Nullable Channel channel;
  private boolean over;

  ServerDial(
      NettyServerConnector connector,
      EventLoop loop,
      Member member,
      ServerTls tls,
      Listener listener) {
    this.connector = connector;
    this.loop = loop;
    this.member = member;
    this.tls = tls;
    this.listener = listener;
    this.negotiation = member.address().isUnix() ? ServerTlsNegotiation.none() : tls.negotiation();
  }

  void begin() {
    dialling = connector.dial(loop, member, new Negotiator());
    dialling.addListener(dialled -> {
      if (!dialled.isSuccess()) {
        fail("could not connect: " + dialled.cause().getMessage());
      }
    });
  }

  /// The server refused the login with this SQLSTATE; a new connection is dialled if the settings
  /// have another way to try.
  boolean retryRefused(String sqlState) {
    if (negotiation.onRefused(sqlState) instanceof Step.Reconnect) {
      over = false;
      reconnect();
      return true;
    }
    return false;
  }

  /// Gives up, without a word to the listener.
  void abandon() {
    over = true;
    closeChannel();
    ChannelFuture begun = dialling;
    if (begun != null && !begun.isDone()) {
      begun.channel().close();
    }
  }

  private void reconnect() {
    closeChannel();
    begin();
  }

  private void closeChannel() {
    Channel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }

  private void fail(String reason) {
    if (!over) {
      over = true;
      closeChannel();
      listener.onDialFailed(reason);
    }
  }

  /// Stands in the pipeline until the connection is secured.
  private final class Negotiator extends ChannelInboundHandlerAdapter {
    private @Nullable SslHandler handler;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (over) {
        ctx.close();
        return;
      }
      channel = ctx.channel();
      take(ctx, negotiation.onConnected());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      try {
        if (in.isReadable()) {
          byte answer = in.readByte();
          take(ctx, negotiation.onAnswer(answer, in.readableBytes()));
        }
      } finally {
        in.release();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake && !over) {
        take(
            ctx,
            handshake.isSuccess()
                ? negotiation.onHandshakeDone()
                : negotiation.onHandshakeFailed(TlsFailure.reason(handshake.cause())));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (ctx.channel().equals(channel)) {
        fail("server closed the connection before the login");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (ctx.channel().equals(channel) && handler == null) {
        fail(String.valueOf(cause.getMessage()));
      }
    }

    private void take(ChannelHandlerContext ctx, Step step) {
      switch (step) {
        case Step.SendSslRequest() -> {
          ByteBuf out = ctx.alloc().buffer(8);
          new StartupPacket.SSLRequest().encode(out);
          ctx.writeAndFlush(out, ctx.voidPromise());
        }
        case Step.StartTls() -> {
          handler = tls.newHandler(ctx.alloc(), member.address());
          handler.setHandshakeTimeoutMillis(0);
          ctx.pipeline().addFirst("tls", handler);
        }
        case Step.SendStartup() -> {
          over = true;
          ctx.pipeline().remove(this);
          listener.onSecured(ctx.channel(), handler);
        }
        case Step.Reconnect(_) -> {
          channel = null;
          ctx.close();
          reconnect();
        }
        case Step.Fail(String reason) -> fail(reason);
      }
    }
  }
}
