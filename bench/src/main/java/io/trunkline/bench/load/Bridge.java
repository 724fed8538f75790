package io.trunkline.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.trunkline.protocol.EventLoopConfined;

/// Passes everything on to another channel, and ends with it.
@EventLoopConfined
final class Bridge extends ChannelInboundHandlerAdapter {
  private final Channel other;

  private Bridge(Channel other) {
    this.other = other;
  }

  /// Whose connections are passed on.
  ///
  /// @param port of the real server, on 127.0.0.1
  record To(String user, int port) {}

  /// Connects `here` to the real server and sends `first` there.
  static void build(Channel here, Sockets sockets, int port, ByteBuf first) {
    here.config().setAutoRead(false);
    ChannelFuture connecting =
        sockets
            .connector(there -> there.pipeline().addLast(new Bridge(here)))
            .connect(Sockets.HOST, port);
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        here.pipeline().addLast(new Bridge(connecting.channel()));
        connecting.channel().writeAndFlush(first);
        here.config().setAutoRead(true);
      } else {
        first.release();
        here.close();
      }
    });
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    other.writeAndFlush(message, other.voidPromise());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    other.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
