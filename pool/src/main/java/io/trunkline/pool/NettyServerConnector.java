package io.trunkline.pool;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.resolver.NoopAddressResolverGroup;
import io.trunkline.protocol.auth.LoginTools;
import io.trunkline.routing.Member;
import io.trunkline.settings.HostPort;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Opens server connections over TCP or Unix sockets with Netty: a [ServerLoginAttempt] for each
/// login, a [CancelAttempt] for each cancel request.
public final class NettyServerConnector implements ServerConnector {

  /// What it needs of the process.
  ///
  /// @param channelType the transport's socket channel
  /// @param unix the transport's Unix sockets
  /// @param tcp options of new TCP connections, each with a value of its type
  /// @param busy runs what takes long: name resolution, salting passwords
  public record Parts(
      Class<? extends Channel> channelType,
      UnixSockets unix,
      Supplier<Map<ChannelOption<?>, Object>> tcp,
      Executor busy,
      ServerAccess.Clusters clusters,
      LoginTools tools) {}

  private final Parts parts;

  public NettyServerConnector(Parts parts) {
    this.parts = parts;
  }

  @Override
  public void connect(ServerPool pool, ServerStartup startup, EventLoop loop, Outcome outcome) {
    ServerAccess access = parts.clusters().access(pool.key().cluster());
    var terms = new ServerLoginAttempt.Terms(access, startup);
    new ServerLoginAttempt(this, pool, terms, loop, outcome).begin();
  }

  @Override
  public void cancel(ServerConnection server, Runnable ended) {
    ServerAccess access = parts.clusters().access(server.key().cluster());
    ServerPool pool = server.pool();
    new CancelAttempt(this, server, access, () -> pool.settings().cancelWaitTimeout(), ended)
        .begin();
  }

  LoginTools tools() {
    return parts.tools();
  }

  Executor busy() {
    return parts.busy();
  }

  /// Dials a member, for as long as the system tries; the name is resolved off the loop.
  ChannelFuture dial(EventLoop loop, Member member, ChannelHandler handler) {
    HostPort address = member.address();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .handler(handler)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    if (address.isUnix()) {
      return bootstrap
          .channel(parts.unix().channelType())
          .resolver(NoopAddressResolverGroup.INSTANCE)
          .connect(parts.unix().address().apply(address.socketFile()));
    }
    parts.tcp().get().forEach((option, value) -> bootstrap.option(unchecked(option), value));
    return bootstrap
        .channel(parts.channelType())
        .resolver(new OffLoopResolverGroup(parts.busy()))
        .connect(InetSocketAddress.createUnresolved(address.host(), address.port()));
  }

  @SuppressWarnings("unchecked")
  private static ChannelOption<Object> unchecked(ChannelOption<?> option) {
    return (ChannelOption<Object>) option;
  }
}
