package io.trunkline.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.proxy.login.Door;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The places where clients connect, by TCP or a Unix socket, from binding to closing. Thread-safe.
///
/// An address may be one that is not this machine's yet: that of a pair of proxies, which
/// keepalived gives to one of them (VRRP, RFC 9568). epoll and io_uring bind it all the same
/// (`IP_FREEBIND`, ip(7)), so that it is served the moment it comes; with NIO, which cannot ask for
/// that, it is tried again until it is there.
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);
  private static final long RETRY_MILLIS = 500;

  private final Transport transport;
  private final EventLoopGroup loops;
  private final List<Opened> open = new CopyOnWriteArrayList<>();
  private final List<InetSocketAddress> awaited = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /// A place that is bound.
  ///
  /// @param file null for TCP
  private record Opened(ProxyServer.Bound bound, Channel channel, @Nullable UnixSocketFile file) {

    void close() {
      channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
      if (file != null) {
        file.remove();
      }
    }
  }

  Listeners(Transport transport, EventLoopGroup loops) {
    this.transport = transport;
    this.loops = loops;
  }

  /// Lets clients in by the door there is when they come, now or when its address has come.
  ///
  /// @throws IllegalStateException when that cannot be
  void open(ListenerSettings settings, Supplier<Door> door) {
    if (settings.socketFile() instanceof String name) {
      openUnix(name, settings, door);
    } else {
      openTcp(settings, door);
    }
  }

  private void openUnix(String name, ListenerSettings settings, Supplier<Door> door) {
    UnixSocketFile file = new UnixSocketFile(name);
    file.clear();
    ServerBootstrap bootstrap = bootstrap(settings, door).channel(transport.unixServer());
    ChannelFuture attempt =
        bootstrap.bind(transport.unix().address().apply(name)).awaitUninterruptibly();
    if (!attempt.isSuccess()) {
      throw new IllegalStateException("cannot listen on " + name, attempt.cause());
    }
    Channel channel = attempt.channel();
    open.add(new Opened(new ProxyServer.Bound(settings, channel.localAddress()), channel, file));
    file.protect(settings.unixMode(), settings.unixGroup());
    log.info(
        "listening on unix:{} role={} pool_mode={}", name, settings.role(), settings.poolMode());
  }

  private void openTcp(ListenerSettings settings, Supplier<Door> door) {
    InetSocketAddress wanted =
        "*".equals(settings.address())
            ? new InetSocketAddress(settings.port())
            : new InetSocketAddress(settings.address(), settings.port());
    ChannelFuture attempt = tcp(settings, door).bind(wanted).awaitUninterruptibly();
    if (attempt.isSuccess()) {
      opened(settings, attempt.channel());
      if (isElsewhere(wanted)) {
        log.warn("{} is not an address of this machine yet: bound for when it comes", wanted);
      }
    } else if (attempt.cause() instanceof BindException && isElsewhere(wanted)) {
      log.warn("{} is not an address of this machine yet: trying until it comes", wanted);
      awaited.add(wanted);
      tryLater(settings, door, wanted);
    } else {
      throw new IllegalStateException("cannot listen on " + wanted, attempt.cause());
    }
  }

  private void opened(ListenerSettings settings, Channel channel) {
    open.add(new Opened(new ProxyServer.Bound(settings, channel.localAddress()), channel, null));
    if (closed) { // meanwhile
      channel.close();
    }
    log.info(
        "listening on {} role={} pool_mode={}",
        channel.localAddress(),
        settings.role(),
        settings.poolMode());
  }

  private void tryLater(ListenerSettings settings, Supplier<Door> door, InetSocketAddress wanted) {
    loops
        .next()
        .schedule(() -> tryAgain(settings, door, wanted), RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tryAgain(ListenerSettings settings, Supplier<Door> door, InetSocketAddress wanted) {
    if (closed) {
      return;
    }
    tcp(settings, door)
        .bind(wanted)
        .addListener((ChannelFuture attempt) -> {
          if (attempt.isSuccess()) {
            opened(settings, attempt.channel());
            awaited.remove(wanted);
          } else {
            tryLater(settings, door, wanted);
          }
        });
  }

  /// Whether no interface of this machine has the address at present.
  private static boolean isElsewhere(InetSocketAddress address) {
    try {
      return address.getAddress() != null
          && !address.getAddress().isAnyLocalAddress()
          && NetworkInterface.getByInetAddress(address.getAddress()) == null;
    } catch (SocketException e) {
      return false;
    }
  }

  private ServerBootstrap tcp(ListenerSettings settings, Supplier<Door> door) {
    ServerBootstrap bootstrap =
        bootstrap(settings, door)
            .channel(transport.server())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true);
    if (transport.freeBind() != null) {
      bootstrap.option(transport.freeBind(), true);
    }
    if (settings.reusePort()) {
      bootstrap.option(transport.reusePort(), true);
    }
    return bootstrap;
  }

  private ServerBootstrap bootstrap(ListenerSettings settings, Supplier<Door> door) {
    return new ServerBootstrap()
        .group(loops)
        .option(ChannelOption.SO_BACKLOG, settings.backlog())
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast("client", door.get().newHandler());
              }
            });
  }

  /// Every listener that is bound, in the order in which they were.
  List<ProxyServer.Bound> bound() {
    return open.stream().map(Opened::bound).toList();
  }

  /// An address that is not there yet, so that nobody listens on it.
  Optional<InetSocketAddress> awaited() {
    return awaited.stream().findFirst();
  }

  /// Lets nobody in by TCP any more; those who are in stay, and so do Unix sockets, for the
  /// console.
  void close() {
    closed = true;
    open.stream().filter(one -> one.file == null).map(Opened::channel).forEach(Channel::close);
  }

  /// The same, and waits a moment until it is so.
  void closeNow() {
    closed = true;
    open.forEach(Opened::close);
  }

  /// Lets nobody in any more at the place that has these settings; those who are in stay.
  void shut(ListenerSettings settings) {
    for (Opened one : open) {
      if (one.bound.settings().equals(settings)) {
        open.remove(one);
        one.close();
        log.info("not listening on {} any more", one.bound.where());
        return;
      }
    }
  }

  /// The settings of a place are others now.
  void rename(ListenerSettings before, ListenerSettings now) {
    open.replaceAll(one ->
        one.bound.settings().equals(before)
            ? new Opened(new ProxyServer.Bound(now, one.bound.where()), one.channel, one.file)
            : one);
  }
}
