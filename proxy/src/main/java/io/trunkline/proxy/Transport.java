package io.trunkline.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.trunkline.conf.TransportChoice;
import io.trunkline.pool.UnixSockets;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How sockets are driven.
///
/// @param name as it is called in the settings
/// @param handlers makes what an event loop polls with
/// @param server the listening channel's class
/// @param socket the connected channel's class
/// @param unixServer the listening Unix socket's class
/// @param unix connected Unix sockets
/// @param freeBind the option that lets a listener bind an address that is not this machine's yet;
///   null where there is none
/// @param movable whether a connected channel can change its event loop
record Transport(
    String name,
    IoHandlerFactory handlers,
    Class<? extends ServerChannel> server,
    Class<? extends Channel> socket,
    Class<? extends ServerChannel> unixServer,
    UnixSockets unix,
    @Nullable ChannelOption<Boolean> freeBind,
    boolean movable) {
  private static final Logger log = LoggerFactory.getLogger(Transport.class);

  /// The one asked for; where the machine has not got it, the next best, with a line in the log.
  static Transport of(TransportChoice choice) {
    return switch (choice) {
      case NIO -> nio();
      case IO_URING -> {
        if (IoUring.isAvailable()) {
          yield ioUring();
        }
        log.warn("io_uring is not to be had here: {}", IoUring.unavailabilityCause().getMessage());
        yield epollOrNio();
      }
      case AUTO, EPOLL -> epollOrNio();
    };
  }

  private static Transport epollOrNio() {
    if (Epoll.isAvailable()) {
      return new Transport(
          "epoll",
          EpollIoHandler.newFactory(),
          EpollServerSocketChannel.class,
          EpollSocketChannel.class,
          EpollServerDomainSocketChannel.class,
          new UnixSockets(EpollDomainSocketChannel.class, Transport::nativeAddress),
          EpollChannelOption.IP_FREEBIND,
          true);
    }
    log.info("epoll is not to be had here: {}", Epoll.unavailabilityCause().getMessage());
    return nio();
  }

  private static Transport nio() {
    return new Transport(
        "nio",
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class,
        NioServerDomainSocketChannel.class,
        new UnixSockets(NioDomainSocketChannel.class, UnixDomainSocketAddress::of),
        null,
        true);
  }

  private static Transport ioUring() {
    return new Transport(
        "io_uring",
        IoUringIoHandler.newFactory(),
        IoUringServerSocketChannel.class,
        IoUringSocketChannel.class,
        IoUringServerDomainSocketChannel.class,
        new UnixSockets(IoUringDomainSocketChannel.class, Transport::nativeAddress),
        IoUringChannelOption.IP_FREEBIND,
        false);
  }

  /// A name in the abstract namespace begins with NUL, which everybody writes as `@`.
  private static SocketAddress nativeAddress(String path) {
    return new DomainSocketAddress(path.startsWith("@") ? '\0' + path.substring(1) : path);
  }

  /// The option that lets several processes listen at one address.
  ChannelOption<Boolean> reusePort() {
    return name.equals("nio")
        ? NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT)
        : UnixChannelOption.SO_REUSEPORT;
  }
}
