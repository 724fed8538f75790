package io.trunkline.proxy.login;

import io.netty.channel.Channel;
import io.trunkline.settings.HostPort;
import java.net.InetSocketAddress;

/// Where a client comes from, for people.
final class ClientAddress {
  private ClientAddress() {}

  /// The host alone; what all connections of a unix socket share.
  static String host(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "local";
  }

  static String of(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
        ? new HostPort(inet.getAddress().getHostAddress(), inet.getPort()).toString()
        : unix(channel);
  }

  private static String unix(Channel channel) {
    UnixPeer peer = UnixPeer.of(channel);
    return peer == null ? "unix" : "unix(" + peer.pid() + ")";
  }
}
