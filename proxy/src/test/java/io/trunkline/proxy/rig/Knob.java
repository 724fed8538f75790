package io.trunkline.proxy.rig;

/// A setting that a test turns, under the names Trunkline and PgBouncer know it by.
public enum Knob {
  POOL_SIZE("pool.size", "default_pool_size"),
  PREPARED_STATEMENTS("pool.prepared_statements", ""),
  QUERY_WAIT("pool.query_wait_timeout", "query_wait_timeout"),
  QUERY("pool.query_timeout", "query_timeout"),
  TRANSACTION("pool.transaction_timeout", ""),
  IDLE_IN_TRANSACTION("pool.idle_in_transaction_timeout", "idle_transaction_timeout"),
  CLIENT_IDLE("pool.client_idle_timeout", "client_idle_timeout"),
  CONNECT("pool.connect_timeout", "server_connect_timeout"),
  LOGIN_RETRY("pool.login_retry", "server_login_retry"),
  CLIENTS_MAX("limits.max_client_connections", "max_client_conn"),
  LOGIN("limits.login_timeout", "client_login_timeout"),
  HOLD("cluster.hold", ""),
  AUTH("auth.method", ""),
  EVENT_LOOPS("runtime.event_loops", "");

  private final String trunkline;
  private final String pgbouncer;

  Knob(String trunkline, String pgbouncer) {
    this.trunkline = trunkline;
    this.pgbouncer = pgbouncer;
  }

  /// Section and key.
  public String trunkline() {
    return trunkline;
  }

  /// Empty where it has none.
  public String pgbouncer() {
    return pgbouncer;
  }
}
