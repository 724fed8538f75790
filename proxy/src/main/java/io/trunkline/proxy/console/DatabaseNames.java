package io.trunkline.proxy.console;

import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.pool.PoolKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Between the names clients use for databases and the pools behind them. Several names may lead to
/// one pool; its servers are shown under one of them: the name it has on the server, if clients can
/// use that, else the first in the file.
record DatabaseNames(ProxyConfig config) {

  /// What physical replication is shown under, which is of no database: as in `pg_hba.conf`.
  private static final String REPLICATION = "replication";

  /// The name a pool is shown under.
  String of(PoolKey pool) {
    if (pool.database().isEmpty()) {
      return REPLICATION;
    }
    DatabaseSettings same = config.databases().get(pool.database());
    if (same != null && leads(pool.database(), same, pool)) {
      return pool.database();
    }
    for (Map.Entry<String, DatabaseSettings> named : config.databases().entrySet()) {
      boolean any = named.getKey().equals(ProxyConfig.ANY_DATABASE);
      if (!any && leads(named.getKey(), named.getValue(), pool)) {
        return named.getKey();
      }
    }
    return pool.database();
  }

  /// Whether clients of a database by this name are served by a pool.
  boolean leads(String name, PoolKey pool) {
    DatabaseSettings settings = config.database(name);
    return settings != null && leads(name, settings, pool);
  }

  private static boolean leads(String name, DatabaseSettings settings, PoolKey pool) {
    return (settings.dbname() == null ? name : settings.dbname()).equals(pool.database())
        && isOrAny(settings.cluster(), pool.cluster())
        && isOrAny(settings.user(), pool.user());
  }

  private static boolean isOrAny(@Nullable String wanted, String found) {
    return wanted == null || wanted.equals(found);
  }

  /// Whether clients may ask for a database by this name.
  boolean exists(String name) {
    return config.database(name) != null;
  }

  boolean isConsole(String name) {
    return config.admin().databases().contains(name);
  }
}
