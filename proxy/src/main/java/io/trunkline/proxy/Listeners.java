package io.trunkline.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.protocol.tls.ClientTls;
import io.trunkline.proxy.login.Door;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets where clients come in, TCP and Unix.
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final Wiring wiring;
  private final List<Channel> listening = new CopyOnWriteArrayList<>();
  private final List<UnixSocketFile> files = new CopyOnWriteArrayList<>();

  Listeners(Wiring wiring) {
    this.wiring = wiring;
  }

  /// Lets clients in. Blocking.
  ///
  /// @throws IllegalStateException when that cannot be
  ProxyServer.Bound bind(ListenerSettings settings, ClientTls tls) {
    Door door = new Door(settings, tls, wiring.logins());
    String file = settings.socketFile();
    Channel channel = file == null ? bindTcp(settings, door) : bindUnix(file, settings, door);
    log.info(
        "listening on {} role={} pool_mode={}",
        file == null ? channel.localAddress() : "unix:" + file,
        settings.role(),
        settings.poolMode());
    return new ProxyServer.Bound(settings, channel.localAddress());
  }

  private Channel bindTcp(ListenerSettings settings, Door door) {
    InetSocketAddress wanted =
        "*".equals(settings.address())
            ? new InetSocketAddress(settings.port())
            : new InetSocketAddress(settings.address(), settings.port());
    ServerBootstrap bootstrap =
        bootstrap(settings, door)
            .channel(wiring.transport().server())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true);
    if (settings.reusePort() && wiring.transport().name().equals("nio")) {
      bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
    } else if (settings.reusePort()) {
      bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
    }
    return bound(bootstrap, wanted, wanted.toString());
  }

  private Channel bindUnix(String name, ListenerSettings settings, Door door) {
    UnixSocketFile file = name.startsWith("@") ? null : new UnixSocketFile(Path.of(name));
    if (file != null) {
      file.clear();
    }
    SocketAddress wanted = wiring.transport().unix().address().apply(name);
    ServerBootstrap bootstrap = bootstrap(settings, door).channel(wiring.transport().unixServer());
    Channel channel = bound(bootstrap, wanted, "unix:" + name);
    if (file != null) {
      files.add(file);
      file.protect(settings.unixMode(), settings.unixGroup());
    }
    return channel;
  }

  private Channel bound(ServerBootstrap bootstrap, SocketAddress wanted, String shown) {
    ChannelFuture future = bootstrap.bind(wanted).awaitUninterruptibly();
    Channel channel = future.channel();
    if (!channel.isOpen() || channel.localAddress() == null) {
      throw new IllegalStateException("cannot listen on " + shown);
    }
    listening.add(channel);
    return channel;
  }

  private ServerBootstrap bootstrap(ListenerSettings settings, Door door) {
    return new ServerBootstrap()
        .group(wiring.loops().group())
        .option(ChannelOption.SO_BACKLOG, settings.backlog())
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast("client", door.newHandler());
              }
            });
  }

  /// Lets nobody in by TCP any more, and does not wait until that is so. Unix sockets stay, for the
  /// console.
  void stop() {
    listening.stream()
        .filter(channel -> channel.localAddress() instanceof InetSocketAddress)
        .forEach(Channel::close);
  }

  /// Lets nobody in any more. Blocking, for a second each at most.
  void close() {
    listening.forEach(channel -> channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS));
    files.forEach(UnixSocketFile::remove);
    files.clear();
  }
}
