package io.trunkline.proxy.metrics;

/// The names of all metrics and labels, as Prometheus has them: `_total` behind a counter's name
/// and `_bucket`, `_sum` and `_count` behind a histogram's are added by the format.
final class MetricNames {
  private static final String OURS = "trunkline_";

  // Clients
  static final String CLIENTS = OURS + "clients";
  static final String CLIENTS_CONNECTED = OURS + "clients_connected";
  static final String CLIENTS_MAX = OURS + "clients_max";
  static final String CONSOLE_CLIENTS = OURS + "console_clients";
  static final String CLIENTS_PINNED = OURS + "clients_pinned";
  static final String WAIT_MAX = OURS + "client_wait_max_seconds";

  // What they do
  static final String LOGINS = OURS + "client_logins";
  static final String ASSIGNMENTS = OURS + "server_assignments";
  static final String TRANSACTIONS = OURS + "transactions";
  static final String QUERIES = OURS + "queries";
  static final String RECEIVED = OURS + "client_received_bytes";
  static final String SENT = OURS + "client_sent_bytes";
  static final String TRANSACTION_TIME = OURS + "transaction_seconds";
  static final String QUERY_TIME = OURS + "query_seconds";
  static final String WAIT_TIME = OURS + "wait_seconds";
  static final String CLIENT_PARSES = OURS + "client_parses";
  static final String SERVER_PARSES = OURS + "server_parses";
  static final String BINDS = OURS + "binds";
  static final String ERRORS = OURS + "errors";

  // Where the time goes
  static final String QUEUE = OURS + "queue_duration_seconds";
  static final String CONNECT = OURS + "server_connect_duration_seconds";
  static final String FIRST_BYTE = OURS + "server_first_byte_duration_seconds";
  static final String SERVER_TOTAL = OURS + "server_duration_seconds";
  static final String CLIENT_DRAIN = OURS + "client_drain_duration_seconds";

  // Pools
  static final String SERVERS = OURS + "pool_servers";
  static final String POOL_SIZE = OURS + "pool_size";
  static final String POOL_WAITING = OURS + "pool_waiting_clients";
  static final String POOL_PAUSED = OURS + "pool_paused";
  static final String CONNECT_FAILURES = OURS + "server_connect_failures";

  // Clusters
  static final String HAS_LEADER = OURS + "cluster_has_leader";
  static final String TIMELINE = OURS + "cluster_timeline";
  static final String TOPOLOGY_VERSION = OURS + "cluster_topology_version";
  static final String FAILOVERS = OURS + "cluster_failovers";
  static final String ALARMS = OURS + "cluster_alarms";
  static final String MEMBER_ALIVE = OURS + "member_alive";
  static final String MEMBER_ROLE = OURS + "member_role";
  static final String MEMBER_LAG_BYTES = OURS + "member_lag_bytes";
  static final String MEMBER_LAG = OURS + "member_lag_seconds";
  static final String MEMBER_LATENCY = OURS + "member_probe_seconds";

  static final String INFO = OURS + "build";

  // Labels
  static final String CLUSTER = "cluster";
  static final String MEMBER = "member";
  static final String DATABASE = "database";
  static final String USER = "user";
  static final String STATE = "state";
  static final String REASON = "reason";
  static final String ROLE = "role";
  static final String ORIGIN = "origin";
  static final String SQLSTATE = "sqlstate";
  static final String VERSION = "version";

  private MetricNames() {}
}
