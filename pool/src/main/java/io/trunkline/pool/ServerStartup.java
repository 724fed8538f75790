package io.trunkline.pool;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The parameters of the StartupMessage that opens a server connection, in the order they are sent.
///
/// Connections that serve client after client are opened with user and database alone; a client's
/// wishes are SET later. A walsender takes no SET, and `replication` cannot be set at all: such a
/// connection is opened with its one client's own parameters.
public record ServerStartup(Map<String, String> parameters) {
  public ServerStartup {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /// What every connection of a pool can be opened with.
  static ServerStartup of(PoolKey pool) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", pool.user());
    parameters.put("database", pool.database());
    return new ServerStartup(parameters);
  }
}
