package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.trunkline.protocol.EventLoopConfined;

/// Hot path. Tells a [ServerConnection] what happens to its channel; decides nothing. Goes with its
/// channel from loop to loop.
@EventLoopConfined
final class ServerHandler extends ChannelInboundHandlerAdapter {
  private final ServerConnection server;

  ServerHandler(ServerConnection server) {
    this.server = server;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    server.onRead((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush(); // a waiter may have been given this connection in the meantime
    server.onReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (server.lessee() instanceof Lessee lessee) {
      lessee.onServerWritability(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    server.onHungUp();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    server.close("server connection failed: " + cause.getMessage());
  }
}
