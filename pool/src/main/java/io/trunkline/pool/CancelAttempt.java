package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.StartupPacket.CancelRequest;
import io.trunkline.routing.Member;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks a server to cancel what one of its sessions is doing. The server closes the connection once
/// it has sent the signal, so that its end is the moment from which no cancel can come any more.
///
/// PostgreSQL docs, "Canceling Requests in Progress".
@EventLoopConfined
final class CancelAttempt implements ServerDial.Listener {
  private static final Logger log = LoggerFactory.getLogger(CancelAttempt.class);

  private final ServerConnection server;
  private final EventLoop loop;
  private final Supplier<Duration> timeout;
  private final Runnable ended;
  private final ServerDial dial;
  private @Nullable Channel channel;
  private @Nullable Deadline deadline;
  private boolean over;

  CancelAttempt(
      NettyServerConnector connector,
      ServerConnection server,
      ServerAccess access,
      Supplier<Duration> timeout,
      Runnable ended) {
    this.server = server;
    this.loop = server.channel().eventLoop();
    this.timeout = timeout;
    this.ended = ended;
    Member member = server.identity().member();
    this.dial = new ServerDial(connector, loop, member, access.tls(), this);
  }

  void begin() {
    deadline = new Deadline(loop, timeout, () -> end("no answer"));
    dial.begin();
  }

  @Override
  public void onDialFailed(String reason) {
    end(reason);
  }

  @Override
  public void onSecured(Channel secured, @Nullable SslHandler tls) {
    if (over) {
      secured.close();
      return;
    }
    channel = secured;
    secured.pipeline().addLast("cancel", new UntilClosed());
    ByteBuf out = secured.alloc().buffer();
    new CancelRequest(server.identity().cancelKey()).encode(out);
    secured.writeAndFlush(out, secured.voidPromise());
  }

  private void end(String reason) {
    if (over) {
      return;
    }
    over = true;
    if (deadline != null) {
      deadline.met();
    }
    if (!reason.isEmpty()) {
      log.warn("cancel request for {} failed: {}", server, reason);
      server.retire("a cancel request for it may still be on its way");
    }
    dial.abandon();
    if (channel != null) {
      channel.close();
    }
    ended.run();
  }

  /// The request has no answer but the end of the connection.
  private final class UntilClosed extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      end("");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
