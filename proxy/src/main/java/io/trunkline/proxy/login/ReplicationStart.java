package io.trunkline.proxy.login;

import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.ServerStartup;
import io.trunkline.protocol.ReplicationMode;
import io.trunkline.protocol.StartupPacket.StartupMessage;
import io.trunkline.settings.Partial;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is different for a client that asks for replication: it gets a server connection of its
/// own, opened with its own parameters, whatever the pool mode is.
///
/// A logical walsender is in a database and counts as one of its pool's connections. A physical one
/// is in none, and PostgreSQL ignores the name the client gives: those of one user at one member
/// make a pool of their own, which has nothing but them in it.
///
/// PostgreSQL docs, "Streaming Replication Protocol".
record ReplicationStart(ReplicationMode mode, StartupMessage startup) {
  private static final String EXTENSION_PREFIX = "_pq_.";

  PoolMode poolMode(PoolMode configured) {
    return mode == ReplicationMode.NONE ? configured : PoolMode.SESSION;
  }

  /// Nothing is opened before a client asks: what it asks for is not known.
  static PoolSettings pool(ReplicationMode mode, PoolSettings configured) {
    return mode == ReplicationMode.PHYSICAL
        ? configured.with(Partial.none(PoolSettings.class).with("min_size", 0))
        : configured;
  }

  String poolDatabase(String dbname) {
    return mode == ReplicationMode.PHYSICAL ? "" : dbname;
  }

  /// The client's StartupMessage with the names that count on the server; null for an ordinary
  /// connection. A physical walsender is sent the database's name as the client gave it, if it did.
  @Nullable ServerStartup server(String user, String dbname) {
    if (mode == ReplicationMode.NONE) {
      return null;
    }
    Map<String, String> parameters = new LinkedHashMap<>(startup.parameters());
    parameters.keySet().removeIf(name -> name.startsWith(EXTENSION_PREFIX));
    parameters.put("user", user);
    if (mode == ReplicationMode.LOGICAL) {
      parameters.put("database", dbname);
    }
    return new ServerStartup(parameters);
  }
}
