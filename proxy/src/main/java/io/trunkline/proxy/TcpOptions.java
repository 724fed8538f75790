package io.trunkline.proxy;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.trunkline.conf.TcpSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/// TCP settings as options of a transport's sockets.
///
/// @param connections of connected sockets
/// @param listeners of those that listen
record TcpOptions(
    Map<ChannelOption<?>, Object> connections, Map<ChannelOption<?>, Object> listeners) {

  /// The options a transport knows by names of its own.
  private record Names(
      ChannelOption<Integer> idle, ChannelOption<Integer> interval, ChannelOption<Integer> count) {}

  static TcpOptions of(TcpSettings settings, Transport transport) {
    Map<ChannelOption<?>, Object> connections = new LinkedHashMap<>();
    Map<ChannelOption<?>, Object> listeners = new LinkedHashMap<>();
    connections.put(ChannelOption.TCP_NODELAY, true);
    connections.put(ChannelOption.SO_KEEPALIVE, settings.keepalive());
    Names names = names(transport);
    if (settings.keepalive()) {
      putUnlessZero(connections, names.idle, seconds(settings.keepaliveIdle()));
      putUnlessZero(connections, names.interval, seconds(settings.keepaliveInterval()));
      putUnlessZero(connections, names.count, settings.keepaliveCount());
    }
    putUnlessZero(connections, ChannelOption.SO_SNDBUF, settings.socketBuffer());
    putUnlessZero(connections, ChannelOption.SO_RCVBUF, settings.socketBuffer());
    int userTimeout = (int) settings.userTimeout().toMillis();
    int defer = seconds(settings.deferAccept());
    switch (transport.name()) {
      case "epoll" -> {
        putUnlessZero(connections, EpollChannelOption.TCP_USER_TIMEOUT, userTimeout);
        listeners.put(EpollChannelOption.TCP_DEFER_ACCEPT, defer);
      }
      case "io_uring" -> {
        putUnlessZero(connections, IoUringChannelOption.TCP_USER_TIMEOUT, userTimeout);
        listeners.put(IoUringChannelOption.TCP_DEFER_ACCEPT, defer);
      }
      default -> {} // which has no such options
    }
    return new TcpOptions(Map.copyOf(connections), Map.copyOf(listeners));
  }

  private static Names names(Transport transport) {
    return switch (transport.name()) {
      case "epoll" ->
          new Names(
              EpollChannelOption.TCP_KEEPIDLE,
              EpollChannelOption.TCP_KEEPINTVL,
              EpollChannelOption.TCP_KEEPCNT);
      case "io_uring" ->
          new Names(
              IoUringChannelOption.TCP_KEEPIDLE,
              IoUringChannelOption.TCP_KEEPINTVL,
              IoUringChannelOption.TCP_KEEPCNT);
      default ->
          new Names(
              NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
              NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
              NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
    };
  }

  private static void putUnlessZero(
      Map<ChannelOption<?>, Object> options, ChannelOption<Integer> option, int value) {
    if (value > 0) {
      options.put(option, value);
    }
  }

  /// Rounded up, so that something stays something.
  private static int seconds(Duration time) {
    return (int) ((time.toMillis() + 999) / 1_000);
  }
}
