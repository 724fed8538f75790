package io.trunkline.proxy.console;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// The two ends of a connection, as they are shown.
record Peers(String remote, int remotePort, String local, int localPort) {

  static Peers of(@Nullable SocketAddress remote, @Nullable SocketAddress local) {
    return new Peers(address(remote), port(remote), address(local), port(local));
  }

  private static String address(@Nullable SocketAddress address) {
    if (address == null) {
      return "";
    }
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "unix";
  }

  private static int port(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }
}
