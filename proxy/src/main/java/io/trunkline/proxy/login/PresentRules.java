package io.trunkline.proxy.login;

import io.trunkline.conf.ClusterSettings;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.pool.PoolSettings;
import io.trunkline.protocol.ReplicationMode;
import io.trunkline.proxy.session.ClientRules;
import io.trunkline.settings.Partial;
import java.time.Duration;

/// Looks up what the configuration of now says of one client.
///
/// @param door the listener it came through
/// @param cluster where it goes
/// @param database by the name it used
/// @param user who it is
record PresentRules(
    Door door, String cluster, String database, String user, ReplicationMode replication)
    implements ClientRules {

  @Override
  public PoolSettings pool(PoolSettings before) {
    ProxyConfig config = door.logins().config().get();
    DatabaseSettings wanted = config.database(database);
    ListenerSettings listener = door.present().get();
    if (wanted == null || listener == null) {
      return before;
    }
    PoolSettings now = config.poolOf(listener, wanted, config.user(user));
    return withStatementsAs(before, ReplicationStart.pool(replication, now));
  }

  /// Prepared statements are shared, or they are not, for a whole session: names that a client has
  /// given would mean something else otherwise.
  private static PoolSettings withStatementsAs(PoolSettings before, PoolSettings now) {
    boolean shared = before.preparedStatements() > 0;
    return shared == now.preparedStatements() > 0
        ? now
        : now.with(
            Partial.none(PoolSettings.class)
                .with("prepared_statements", before.preparedStatements()));
  }

  @Override
  public Duration hold(Duration before) {
    ClusterSettings place = door.logins().config().get().clusters().get(cluster);
    return place == null ? before : place.hold();
  }
}
