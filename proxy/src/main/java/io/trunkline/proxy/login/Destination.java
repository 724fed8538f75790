package io.trunkline.proxy.login;

import io.trunkline.conf.ClusterSettings;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.UserSettings;
import io.trunkline.pool.PoolKey;
import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolSettings;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.RoutingSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/// Where the configuration sends the clients of one listener, database and user, and by which
/// rules: what the listener, the database and the user say, each where the one before counts less.
///
/// @param cluster the cluster's name
/// @param role what the listener promises
/// @param routing how one of several members is chosen
/// @param tags what members must be labelled with
/// @param poolMode how long a client keeps a server
/// @param pool how the pools behave
/// @param database the database on the server
/// @param user the user on the server
/// @param connectQuery what new server connections run; empty for nothing
/// @param hold how long a client waits for a member
public record Destination(
    String cluster,
    ListenerRole role,
    RoutingSettings routing,
    Map<String, String> tags,
    PoolMode poolMode,
    PoolSettings pool,
    String database,
    String user,
    String connectQuery,
    Duration hold) {

  /// Who wants to go there, by the names that were used.
  public record Names(String database, String user) {}

  /// That of clients who use these names.
  ///
  /// @param database what the configuration says of the database that was named
  /// @param user what it says of the user
  public static Destination of(
      ProxyConfig config,
      ListenerSettings listener,
      Names names,
      DatabaseSettings database,
      UserSettings user) {
    String cluster = config.clusterOf(listener, database);
    ClusterSettings place = Objects.requireNonNull(config.clusters().get(cluster));
    return new Destination(
        cluster,
        listener.role(),
        listener.routing().over(place.routing()),
        listener.tags(),
        listener.poolMode(database, user),
        config.poolOf(listener, database, user),
        database.dbname() == null ? names.database : database.dbname(),
        database.user() == null ? names.user : database.user(),
        database.connectQuery() == null ? "" : database.connectQuery(),
        place.hold());
  }

  /// Its pool at one member.
  public PoolKey pool(String member) {
    return new PoolKey(cluster, member, database, user, connectQuery);
  }
}
