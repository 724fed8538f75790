package io.trunkline.pool;

import io.netty.channel.Channel;
import io.trunkline.settings.HostPort;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the log says of server connections, in PgBouncer's words. Each kind of line has a logger of
/// its own, which the configuration may silence.
final class ServerLog {
  private static final Logger opened = LoggerFactory.getLogger("trunkline.connections");
  private static final Logger closed = LoggerFactory.getLogger("trunkline.disconnections");

  private ServerLog() {}

  static void opened(ServerConnection server, Channel channel) {
    if (opened.isInfoEnabled()) {
      opened.info("{} new connection to server{}", server, from(channel.localAddress()));
    }
  }

  /// A server that has been open for so long is closed. Where the server itself began it, first
  /// what PgBouncer says, for those who look for that.
  static void closed(ServerConnection server, boolean byServer, String reason, long ageNanos) {
    if (closed.isInfoEnabled()) {
      closed.info(
          "{} closing because: {} (age={}s)",
          server,
          byServer ? "server conn crashed? (%s)".formatted(reason) : reason,
          TimeUnit.NANOSECONDS.toSeconds(Math.max(0, ageNanos)));
    }
  }

  private static String from(SocketAddress local) {
    return local instanceof InetSocketAddress inet && inet.getAddress() != null
        ? " (from %s)".formatted(new HostPort(inet.getAddress().getHostAddress(), inet.getPort()))
        : "";
  }

  /// How a connection is called: `S-0x1a: database/user@host:port`.
  static String name(ServerIdentity identity, PoolKey key) {
    return "S-0x%x: %s/%s@%s"
        .formatted(identity.id(), key.database(), key.user(), identity.member().address());
  }
}
