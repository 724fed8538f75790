package io.trunkline.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.pool.SocketDescriptor;
import io.trunkline.proxy.console.ConsoleParts.Listening;
import io.trunkline.proxy.login.Door;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
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
  private final Supplier<TcpOptions> tcp;
  private final List<ServerChannel> passed;
  private final boolean adopts;
  private final EventLoopGroup loops;
  private final Predecessor predecessor;
  private final List<Opened> open = new CopyOnWriteArrayList<>();
  private final List<InetSocketAddress> awaited = new CopyOnWriteArrayList<>();
  private final List<Runnable> successions = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /// A place that is bound.
  ///
  /// @param file null for TCP
  private record Opened(ProxyServer.Bound bound, Channel channel, @Nullable UnixSocketFile file) {

    Listening listening() {
      Integer descriptor = SocketDescriptor.of(channel);
      ListenerSettings settings = bound.settings();
      return bound.where() instanceof InetSocketAddress inet
          ? new Listening(descriptor, inet.getAddress().getHostAddress(), inet.getPort(), settings)
          : new Listening(descriptor, "unix", settings.port(), settings);
    }

    void close() {
      channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
      if (file != null) {
        file.remove();
      }
    }
  }

  /// @param tcp the options of now
  /// @param passed listening sockets to use in place of own ones; empty for none
  /// @param predecessor whose Unix sockets make way for ours
  Listeners(
      Transport transport,
      Supplier<TcpOptions> tcp,
      EventLoopGroup loops,
      List<ServerChannel> passed,
      Predecessor predecessor) {
    this.predecessor = predecessor;
    this.transport = transport;
    this.passed = new CopyOnWriteArrayList<>(passed);
    this.adopts = !passed.isEmpty();
    this.tcp = tcp;
    this.loops = loops;
  }

  /// Lets clients in by the door there is when they come, now or when its address has come.
  ///
  /// @throws IllegalStateException when that cannot be
  void open(ListenerSettings settings, Supplier<Door> door) {
    if (adopts) {
      adopt(settings, door);
    } else if (settings.socketFile() instanceof String name) {
      openUnix(name, settings, door);
    } else {
      openTcp(settings, door);
    }
  }

  /// Lets clients in by those sockets of the service manager that are of the listener's kind: all
  /// at its port, else the first.
  private void adopt(ListenerSettings settings, Supplier<Door> door) {
    boolean unix = settings.socketFile() != null;
    List<ServerChannel> kind =
        passed.stream()
            .filter(one -> (one instanceof EpollServerDomainSocketChannel) == unix)
            .toList();
    List<ServerChannel> mine =
        kind.stream()
            .filter(one ->
                one.localAddress() instanceof InetSocketAddress inet
                    && inet.getPort() == settings.port())
            .toList();
    if (kind.isEmpty()) {
      log.warn(
          "not listening on {}:{}: the service manager has opened other sockets",
          settings.address(),
          settings.port());
    }
    for (ServerChannel socket : mine.isEmpty() ? kind.stream().limit(1).toList() : mine) {
      passed.remove(socket);
      ServerBootstrap bootstrap = unix ? bootstrap(settings, door) : tcp(settings, door);
      ChannelFuture attempt =
          bootstrap.channelFactory(() -> socket).register().awaitUninterruptibly();
      if (!attempt.isSuccess()) {
        throw new IllegalStateException("cannot listen on a passed socket", attempt.cause());
      }
      opened(settings, attempt.channel());
    }
  }

  private void openUnix(String name, ListenerSettings settings, Supplier<Door> door) {
    UnixSocketFile file = new UnixSocketFile(name);
    if (predecessor.isThere()) {
      file.clearBeside();
    } else {
      file.clear();
    }
    ServerBootstrap bootstrap = bootstrap(settings, door).channel(transport.unixServer());
    ChannelFuture attempt =
        bootstrap.bind(transport.unix().address().apply(file.nameToBind())).awaitUninterruptibly();
    if (!attempt.isSuccess()) {
      throw new IllegalStateException("cannot listen on " + name, attempt.cause());
    }
    Channel channel = attempt.channel();
    SocketAddress where = transport.unix().address().apply(name);
    open.add(new Opened(new ProxyServer.Bound(settings, where), channel, file));
    if (predecessor.isThere()) {
      successions.add(() -> publish(file, name, settings));
    } else {
      publish(file, name, settings);
    }
  }

  private static void publish(UnixSocketFile file, String name, ListenerSettings settings) {
    file.publish(settings.unixMode(), settings.unixGroup());
    log.info(
        "listening on unix:{} role={} pool_mode={}", name, settings.role(), settings.poolMode());
  }

  /// Takes the names of the predecessor's Unix sockets, now that nothing else can fail. Blocking.
  ///
  /// @throws IllegalStateException when that cannot be
  void succeed() {
    successions.forEach(Runnable::run);
    successions.clear();
  }

  private void openTcp(ListenerSettings settings, Supplier<Door> door) {
    InetSocketAddress wanted =
        "*".equals(settings.address())
            ? new InetSocketAddress(settings.port())
            : new InetSocketAddress(settings.address(), settings.port());
    ChannelFuture attempt = ownTcp(settings, door).bind(wanted).awaitUninterruptibly();
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
      String hint = predecessor.isThere() ? ": to share it, both processes need SO_REUSEPORT" : "";
      throw new IllegalStateException("cannot listen on " + wanted + hint, attempt.cause());
    }
  }

  private void opened(ListenerSettings settings, Channel channel) {
    SocketAddress known = channel.localAddress();
    String name = known == null ? "unix:" + settings.socketFile() : known.toString();
    SocketAddress where = // that of a Unix socket somebody else has bound is not known
        known == null
            ? transport.unix().address().apply(String.valueOf(settings.socketFile()))
            : known;
    open.add(new Opened(new ProxyServer.Bound(settings, where), channel, null));
    if (closed) { // meanwhile
      channel.close();
    }
    log.info("listening on {} role={} pool_mode={}", name, settings.role(), settings.poolMode());
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
    ownTcp(settings, door)
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

  private ServerBootstrap ownTcp(ListenerSettings settings, Supplier<Door> door) {
    return tcp(settings, door).channel(transport.server());
  }

  private ServerBootstrap tcp(ListenerSettings settings, Supplier<Door> door) {
    ServerBootstrap bootstrap = bootstrap(settings, door).option(ChannelOption.SO_REUSEADDR, true);
    tcp.get().listeners().forEach((option, value) -> bootstrap.option(unchecked(option), value));
    if (transport.freeBind() != null) {
      bootstrap.option(transport.freeBind(), true);
    }
    if (settings.reusePort()) {
      bootstrap.option(transport.reusePort(), true);
    }
    return bootstrap;
  }

  /// Each option has a value of its type.
  @SuppressWarnings("unchecked")
  private static ChannelOption<Object> unchecked(ChannelOption<?> option) {
    return (ChannelOption<Object>) option;
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
                if (channel instanceof SocketChannel) { // and no Unix socket
                  channel.config().setOptions(tcp.get().connections());
                }
                channel.pipeline().addLast("client", door.get().newHandler());
              }
            });
  }

  /// Every listener that is bound, in the order in which they were.
  List<ProxyServer.Bound> bound() {
    return open.stream().map(Opened::bound).toList();
  }

  /// The same, as the console shows them.
  List<Listening> listening() {
    return open.stream().map(Opened::listening).toList();
  }

  /// An address that is not there yet, so that nobody listens on it.
  Optional<InetSocketAddress> awaited() {
    return awaited.stream().findFirst();
  }

  /// The options for TCP are others now: those who come get them.
  void retune() {
    Map<ChannelOption<?>, Object> options = tcp.get().listeners();
    open.stream()
        .filter(one -> one.bound.where() instanceof InetSocketAddress)
        .forEach(one -> one.channel.config().setOptions(options));
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
