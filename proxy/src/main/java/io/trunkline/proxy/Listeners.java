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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The places where clients connect, from binding to closing. Thread-safe.
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
  private final List<Channel> open = new CopyOnWriteArrayList<>();
  private final List<ProxyServer.Bound> bound = new CopyOnWriteArrayList<>();
  private final List<InetSocketAddress> awaited = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  Listeners(Transport transport, EventLoopGroup loops) {
    this.transport = transport;
    this.loops = loops;
  }

  /// Lets clients in by this door, now or when its address has come.
  ///
  /// @throws IllegalStateException when that cannot be
  void open(ListenerSettings settings, Door door) {
    InetSocketAddress wanted =
        "*".equals(settings.address())
            ? new InetSocketAddress(settings.port())
            : new InetSocketAddress(settings.address(), settings.port());
    ChannelFuture attempt = bootstrap(settings, door).bind(wanted).awaitUninterruptibly();
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
    open.add(channel);
    if (closed) { // meanwhile
      channel.close();
    }
    bound.add(new ProxyServer.Bound(settings, (InetSocketAddress) channel.localAddress()));
    log.info(
        "listening on {} role={} pool_mode={}",
        channel.localAddress(),
        settings.role(),
        settings.poolMode());
  }

  private void tryLater(ListenerSettings settings, Door door, InetSocketAddress wanted) {
    loops
        .next()
        .schedule(() -> tryAgain(settings, door, wanted), RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tryAgain(ListenerSettings settings, Door door, InetSocketAddress wanted) {
    if (closed) {
      return;
    }
    bootstrap(settings, door)
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

  private ServerBootstrap bootstrap(ListenerSettings settings, Door door) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.server())
            .option(ChannelOption.SO_BACKLOG, settings.backlog())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast("client", door.newHandler());
                  }
                });
    if (transport.freeBind() != null) {
      bootstrap.option(transport.freeBind(), true);
    }
    return bootstrap;
  }

  /// Every listener that is bound, in the order in which they were.
  List<ProxyServer.Bound> bound() {
    return List.copyOf(bound);
  }

  /// An address that is not there yet, so that nobody listens on it.
  Optional<InetSocketAddress> awaited() {
    return awaited.stream().findFirst();
  }

  /// Lets nobody in any more; those who are in stay.
  void close() {
    closed = true;
    open.forEach(Channel::close);
  }

  /// The same, and waits a moment until it is so.
  void closeNow() {
    closed = true;
    open.forEach(channel -> channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS));
  }
}
