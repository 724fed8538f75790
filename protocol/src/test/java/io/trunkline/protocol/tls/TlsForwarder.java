package io.trunkline.protocol.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.trunkline.protocol.StartupPacket;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.tls.ClientTlsNegotiation.Answer;
import io.trunkline.protocol.tls.ClientTlsNegotiation.Event;
import io.trunkline.settings.HostPort;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// Takes clients by [ClientTlsNegotiation] and [ClientTls], and forwards their bytes to a
/// PostgreSQL server in plaintext: the smallest thing a real client can talk to.
final class TlsForwarder implements AutoCloseable {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ClientTls tls;
  private final HostPort backend;
  private final Channel listener;

  /// One entry for every client that got so far as to log in or was turned away.
  final Queue<String> log = new ConcurrentLinkedQueue<>();

  TlsForwarder(ClientTls tls, HostPort backend) {
    this.tls = tls;
    this.backend = backend;
    this.listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Negotiating());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Negotiating extends ByteToMessageDecoder {
    private final ClientTlsNegotiation negotiation = tls.negotiation();
    private boolean started;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      if (!started && ClientTlsNegotiation.isTlsHello(in.getByte(in.readerIndex()))) {
        started = true;
        act(ctx, in, negotiation.on(Event.DIRECT_TLS_HELLO, in.readableBytes()));
        return;
      }
      int start = in.readerIndex();
      StartupPacket.decode(in)
          .ifPresent(packet -> {
            started = true;
            ByteBuf bytes = in.retainedSlice(start, in.readerIndex() - start);
            Answer answer = negotiation.on(event(packet), in.readableBytes());
            if (answer instanceof Answer.Accept) {
              accept(ctx, bytes);
            } else {
              bytes.release();
              act(ctx, in, answer);
            }
          });
    }

    private Event event(StartupPacket packet) {
      return switch (packet) {
        case StartupPacket.SSLRequest() -> Event.SSL_REQUEST;
        case StartupPacket.GSSENCRequest() -> Event.GSSENC_REQUEST;
        case StartupPacket.CancelRequest(var _) -> Event.CANCEL;
        case StartupPacket.StartupMessage(var _, var _) -> Event.STARTUP;
        case StartupPacket.UnsupportedVersion(var _) -> Event.STARTUP;
      };
    }

    private void act(ChannelHandlerContext ctx, ByteBuf in, Answer answer) {
      switch (answer) {
        case Answer.Reply(byte reply) -> reply(ctx, reply);
        case Answer.StartTls(SslNegotiation how) -> startTls(ctx, in, how);
        case Answer.Refuse(String sqlState, String message) -> {
          log.add("refused: " + message);
          ByteBuf out = ctx.alloc().buffer();
          ErrorResponse.fatal(sqlState, message).encode(out);
          var _ = ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
          in.skipBytes(in.readableBytes());
        }
        case Answer.Drop(String reason) -> {
          log.add("dropped: " + reason);
          in.skipBytes(in.readableBytes());
          var _ = ctx.close();
        }
        case Answer.Accept() -> throw new IllegalStateException("accepted elsewhere");
      }
    }

    private void reply(ChannelHandlerContext ctx, byte reply) {
      var _ = ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte(reply));
    }

    private void startTls(ChannelHandlerContext ctx, ByteBuf in, SslNegotiation how) {
      if (how == SslNegotiation.POSTGRES) {
        reply(ctx, ClientTlsNegotiation.YES);
      }
      ByteBuf hello = in.readRetainedSlice(in.readableBytes());
      ctx.pipeline().addFirst(tls.newHandler(ctx.alloc(), how));
      ctx.pipeline().fireChannelRead(hello);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent completion && !completion.isSuccess()) {
        log.add("dropped: " + TlsFailure.reason(completion.cause()));
        var _ = ctx.close();
      }
    }

    private void accept(ChannelHandlerContext ctx, ByteBuf startup) {
      log.add(negotiation.secured() ? "accepted with TLS" : "accepted without TLS");
      ctx.channel().config().setAutoRead(false);
      Channel client = ctx.channel();
      var _ =
          new Bootstrap()
              .group(client.eventLoop())
              .channel(NioSocketChannel.class)
              .handler(new Copy(client))
              .connect(backend.host(), backend.port())
              .addListener(
                  (ChannelFutureListener)
                      connected -> {
                        var _ = connected.channel().writeAndFlush(startup);
                        client.pipeline().replace(this, null, new Copy(connected.channel()));
                        client.config().setAutoRead(true);
                      });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }

  private static final class Copy extends ChannelInboundHandlerAdapter {
    private final Channel to;

    Copy(Channel to) {
      this.to = to;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var _ = to.writeAndFlush(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      var _ = to.close();
    }
  }
}
