package io.trunkline.proxy.session;

import io.netty.channel.Channel;
import io.trunkline.protocol.ReplicationMode;
import io.trunkline.settings.ScalarText;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the log says of clients that come and go, in PgBouncer's words. Each kind of line has a
/// logger of its own, which the configuration may silence.
public final class ClientLog {
  /// Of logins, and of new server connections.
  public static final String CONNECTIONS = "trunkline.connections";

  /// Of ends, also those of server connections.
  public static final String DISCONNECTIONS = "trunkline.disconnections";

  /// Of what clients are told by us.
  public static final String ERRORS = "trunkline.errors";

  private static final Logger connections = LoggerFactory.getLogger(CONNECTIONS);
  private static final Logger disconnections = LoggerFactory.getLogger(DISCONNECTIONS);
  private static final Logger errors = LoggerFactory.getLogger(ERRORS);

  private ClientLog() {}

  /// How a client is called: `C-0x1a: database/user@address`.
  public static String name(long id, String database, String user, String address) {
    return "C-0x%x: %s/%s@%s".formatted(id, database, user, address);
  }

  /// A client says who it wants to be.
  ///
  /// @param client by its name
  public static void attempt(
      Object client, String database, String user, Channel channel, ReplicationMode replication) {
    if (connections.isInfoEnabled()) {
      String tls = ClientView.tls(channel);
      connections.info(
          "{} login attempt: db={} user={} tls={} replication={}",
          client,
          database,
          user,
          tls.isEmpty() ? "no" : tls,
          replication == ReplicationMode.NONE ? "no" : ScalarText.format(replication));
    }
  }

  /// A client that has been here for so long ends, or is ended.
  public static void closing(Object client, String reason, long ageNanos) {
    if (disconnections.isInfoEnabled()) {
      disconnections.info(
          "{} closing because: {} (age={}s)",
          client,
          reason,
          TimeUnit.NANOSECONDS.toSeconds(Math.max(0, ageNanos)));
    }
  }

  /// A client is told so, by us, and ended.
  public static void error(Object client, String message) {
    errors.warn("{} pooler error: {}", client, message);
  }
}
