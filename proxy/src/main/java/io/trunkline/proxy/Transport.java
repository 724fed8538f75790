package io.trunkline.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.trunkline.conf.TransportChoice;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How sockets are driven.
///
/// @param name as it is called in the settings
/// @param handlers makes what an event loop polls with
/// @param server the listening channel's class
/// @param socket the connected channel's class
/// @param freeBind the option that lets a listener bind an address that is not this machine's yet;
///   null where there is none
/// @param movable whether a connected channel can change its event loop
record Transport(
    String name,
    IoHandlerFactory handlers,
    Class<? extends ServerChannel> server,
    Class<? extends Channel> socket,
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
        null,
        true);
  }

  private static Transport ioUring() {
    return new Transport(
        "io_uring",
        IoUringIoHandler.newFactory(),
        IoUringServerSocketChannel.class,
        IoUringSocketChannel.class,
        IoUringChannelOption.IP_FREEBIND,
        false);
  }
}
