package io.trunkline.proxy.rig;

/// A setting that a test turns, under the names Trunkline and PgBouncer know it by.
public enum Knob {
  POOL_SIZE("pool.size", "default_pool_size"),
  CLIENTS_MAX("clients_max", "max_client_conn"),
  EVENT_LOOPS("event_loops", ""),
  QUERY_WAIT("timeouts.query_wait", "query_wait_timeout"),
  QUERY("timeouts.query", "query_timeout"),
  TRANSACTION("timeouts.transaction", ""),
  IDLE_IN_TRANSACTION("timeouts.idle_in_transaction", "idle_transaction_timeout"),
  CLIENT_IDLE("timeouts.client_idle", "client_idle_timeout"),
  LOGIN("timeouts.login", "client_login_timeout"),
  CONNECT("timeouts.connect", "server_connect_timeout"),
  HOLD("timeouts.hold", "");

  private final String trunkline;
  private final String pgbouncer;

  Knob(String trunkline, String pgbouncer) {
    this.trunkline = trunkline;
    this.pgbouncer = pgbouncer;
  }

  public String trunkline() {
    return trunkline;
  }

  /// Empty where it has none.
  public String pgbouncer() {
    return pgbouncer;
  }
}
