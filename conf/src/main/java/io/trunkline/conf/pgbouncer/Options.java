package io.trunkline.conf.pgbouncer;

import io.trunkline.conf.pgbouncer.Option.Carried;
import io.trunkline.conf.pgbouncer.Option.Composed;
import io.trunkline.conf.pgbouncer.Option.Lost;
import io.trunkline.conf.pgbouncer.Option.Needless;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every option of PgBouncer 1.25, by section, with what becomes of it. PgBouncer docs,
/// "pgbouncer.ini"; `cf_params` in its main.c for the defaults.
final class Options {

  private static final String NO_WORKERS = "bytes are forwarded as they are read, without copies";
  private static final String NAMES =
      "names are looked up by the system each time a server connection is opened";

  private static final List<Option> GLOBAL =
      List.of(
          // Places
          new Composed("listen_addr", ""),
          new Composed("listen_port", "6432"),
          new Composed("unix_socket_dir", "/tmp"),
          new Composed("unix_socket_mode", "0777"),
          new Composed("unix_socket_group", ""),
          new Carried("listen_backlog", Kind.NUMBER, "listener.backlog", "128"),
          new Carried("so_reuseport", Kind.FLAG, "listener.reuse_port", ""),
          // Clients
          new Carried("pool_mode", Kind.WORD, "listener.pool_mode", "session"),
          new Carried("max_client_conn", Kind.NUMBER, "limits.max_client_connections", "100"),
          new Composed("max_db_client_connections", "0"),
          new Carried(
              "max_user_client_connections", Kind.NUMBER, "limits.max_clients_per_user", ""),
          new Carried("client_login_timeout", Kind.TIME, "limits.login_timeout", ""),
          new Carried("client_idle_timeout", Kind.TIME, "pool.client_idle_timeout", ""),
          new Composed("ignore_startup_parameters", ""),
          new Carried(
              "application_name_add_host", Kind.FLAG, "listener.application_name_add_host", ""),
          new Composed("disable_pqexec", "0"),
          // Pools
          new Composed("default_pool_size", "20"),
          new Composed("min_pool_size", "0"),
          new Carried("reserve_pool_size", Kind.NUMBER, "pool.reserve_size", ""),
          new Carried("reserve_pool_timeout", Kind.TIME, "pool.reserve_delay", ""),
          new Carried("max_db_connections", Kind.NUMBER, "pool.max_db_connections", ""),
          new Carried("max_user_connections", Kind.NUMBER, "pool.max_user_connections", ""),
          new Carried("server_round_robin", Kind.FLAG, "pool.round_robin", ""),
          new Carried("max_prepared_statements", Kind.NUMBER, "pool.prepared_statements", ""),
          new Composed("server_reset_query", "DISCARD ALL"),
          new Composed("server_reset_query_always", "0"),
          new Composed("server_check_delay", "30"),
          new Composed("server_check_query", "<empty>"),
          new Carried("server_lifetime", Kind.LIFETIME, "pool.server_lifetime", ""),
          new Carried("server_idle_timeout", Kind.TIME, "pool.server_idle_timeout", ""),
          new Composed("server_connect_timeout", "15"),
          new Composed("server_login_retry", "15"),
          new Carried("server_fast_close", Kind.FLAG, "pool.fast_close", ""),
          new Carried("query_timeout", Kind.TIME, "pool.query_timeout", ""),
          new Carried("query_wait_timeout", Kind.TIME, "pool.query_wait_timeout", ""),
          new Carried("cancel_wait_timeout", Kind.TIME, "pool.cancel_wait_timeout", ""),
          new Carried(
              "idle_transaction_timeout", Kind.TIME, "pool.idle_in_transaction_timeout", ""),
          new Carried("transaction_timeout", Kind.TIME, "pool.transaction_timeout", ""),
          new Carried("query_wait_notify", Kind.TIME, "pool.query_wait_notify", ""),
          new Carried("suspend_timeout", Kind.TIME, "limits.suspend_timeout", ""),
          new Needless("autodb_idle_timeout", "a pool that nobody uses is forgotten by itself"),
          new Needless("pool_idle_timeout", "a pool that nobody uses is forgotten by itself"),
          new Needless(
              "track_extra_parameters", "every setting of a client follows it, reported or not"),
          // Who may come in
          new Composed("auth_type", "md5"),
          new Carried("auth_file", Kind.FILE, "auth.user_file", ""),
          new Composed("auth_hba_file", ""),
          new Composed("auth_ident_file", ""),
          new Composed("auth_user", ""),
          new Carried("auth_query", Kind.TEXT, "auth.query", ""),
          new Composed("auth_dbname", ""),
          new Composed("auth_ldap_options", ""),
          new Carried("scram_iterations", Kind.NUMBER, "auth.scram_iterations", ""),
          new Lost("login_notify_message", "", "clients get no notice at their login"),
          new Composed("admin_users", ""),
          new Composed("stats_users", ""),
          // TLS
          new Carried("client_tls_sslmode", Kind.WORD, "listener.tls.mode", ""),
          new Carried("client_tls_key_file", Kind.FILE, "listener.tls.key_file", ""),
          new Carried("client_tls_cert_file", Kind.FILE, "listener.tls.cert_file", ""),
          new Composed("client_tls_ca_file", ""),
          new Composed("client_tls_protocols", "secure"),
          new Composed("client_tls_ciphers", "default"),
          new Carried("server_tls_sslmode", Kind.WORD, "cluster.tls.sslmode", ""),
          new Carried("server_tls_key_file", Kind.FILE, "cluster.tls.key_file", ""),
          new Carried("server_tls_cert_file", Kind.FILE, "cluster.tls.cert_file", ""),
          new Composed("server_tls_ca_file", ""),
          new Composed("server_tls_protocols", "secure"),
          new Composed("server_tls_ciphers", "default"),
          new Composed("client_tls13_ciphers", ""),
          new Composed("server_tls13_ciphers", ""),
          new Composed("client_tls_ecdhcurve", "auto"),
          new Lost("client_tls_dheparams", "auto", "finite-field groups are not offered"),
          // Log
          new Composed("verbose", "0"),
          new Carried("logfile", Kind.FILE, "log.file", ""),
          new Carried("syslog", Kind.FLAG, "log.syslog.enabled", ""),
          new Carried("syslog_ident", Kind.TEXT, "log.syslog.ident", "pgbouncer"),
          new Carried("syslog_facility", Kind.WORD, "log.syslog.facility", ""),
          new Carried("log_connections", Kind.FLAG, "log.connections", "1"),
          new Carried("log_disconnections", Kind.FLAG, "log.disconnections", "1"),
          new Carried("log_pooler_errors", Kind.FLAG, "log.pooler_errors", ""),
          new Carried("log_stats", Kind.FLAG, "log.stats", "1"),
          new Carried("stats_period", Kind.TIME, "log.stats_period", ""),
          // Process
          new Carried("pidfile", Kind.FILE, "runtime.pid_file", ""),
          new Needless("user", "the launcher sees to it, before the process starts"),
          new Needless("job_name", "it is Windows' name for a service"),
          new Needless("service_name", "it is Windows' name for a service"),
          new Needless("conffile", "the file read again is the one given at the start"),
          new Composed("peer_id", "0"),
          // Sockets
          new Needless("pkt_buf", NO_WORKERS),
          new Needless("sbuf_loopcnt", NO_WORKERS),
          new Carried("max_packet_size", Kind.BYTES, "pool.max_message_bytes", ""),
          new Composed("tcp_defer_accept", "1"),
          new Carried("tcp_socket_buffer", Kind.NUMBER, "runtime.tcp.socket_buffer", ""),
          new Carried("tcp_keepalive", Kind.FLAG, "runtime.tcp.keepalive", ""),
          new Carried("tcp_keepcnt", Kind.NUMBER, "runtime.tcp.keepalive_count", ""),
          new Carried("tcp_keepidle", Kind.TIME, "runtime.tcp.keepalive_idle", ""),
          new Carried("tcp_keepintvl", Kind.TIME, "runtime.tcp.keepalive_interval", ""),
          new Composed("tcp_user_timeout", "0"),
          new Needless("dns_max_ttl", NAMES),
          new Needless("dns_nxdomain_ttl", NAMES),
          new Needless("dns_zone_check_period", NAMES),
          new Needless("resolv_conf", NAMES));

  private static final List<Option> DATABASE =
      List.of(
          new Composed("host", ""),
          new Composed("port", "5432"),
          new Composed("load_balance_hosts", "round-robin"),
          new Carried("dbname", Kind.TEXT, "dbname", ""),
          new Carried("user", Kind.TEXT, "user", ""),
          new Composed("password", ""),
          new Composed("auth_user", ""),
          new Composed("auth_dbname", ""),
          new Composed("auth_query", ""),
          new Composed("pool_size", ""),
          new Composed("min_pool_size", ""),
          new Carried("reserve_pool_size", Kind.NUMBER, "pool.reserve_size", ""),
          new Carried("reserve_pool", Kind.NUMBER, "pool.reserve_size", ""),
          new Carried("max_db_connections", Kind.NUMBER, "pool.max_db_connections", ""),
          new Carried("max_db_client_connections", Kind.NUMBER, "max_client_connections", ""),
          new Carried("pool_mode", Kind.WORD, "pool_mode", ""),
          new Carried("server_lifetime", Kind.LIFETIME, "pool.server_lifetime", ""),
          new Carried("query_wait_timeout", Kind.TIME, "pool.query_wait_timeout", ""),
          new Composed("connect_query", ""),
          new Composed("client_encoding", ""),
          new Composed("datestyle", ""),
          new Composed("timezone", ""),
          new Composed("application_name", ""));

  private static final List<Option> USER =
      List.of(
          new Carried("pool_mode", Kind.WORD, "pool_mode", ""),
          new Composed("pool_size", ""),
          new Carried("reserve_pool_size", Kind.NUMBER, "pool.reserve_size", ""),
          new Carried("max_user_connections", Kind.NUMBER, "pool.max_user_connections", ""),
          new Carried("max_user_client_connections", Kind.NUMBER, "max_client_connections", ""),
          new Carried("query_timeout", Kind.TIME, "pool.query_timeout", ""),
          new Carried("query_wait_timeout", Kind.TIME, "pool.query_wait_timeout", ""),
          new Carried(
              "idle_transaction_timeout", Kind.TIME, "pool.idle_in_transaction_timeout", ""),
          new Carried("transaction_timeout", Kind.TIME, "pool.transaction_timeout", ""),
          new Carried("client_idle_timeout", Kind.TIME, "pool.client_idle_timeout", ""));

  private static final List<Option> PEER =
      List.of(
          new Composed("host", ""),
          new Composed("port", "6432"),
          new Needless("pool_size", "a cancel request has a connection of its own"));

  static final Map<String, Option> OF_PROCESS = byName(GLOBAL);
  static final Map<String, Option> OF_DATABASE = byName(DATABASE);
  static final Map<String, Option> OF_USER = byName(USER);
  static final Map<String, Option> OF_PEER = byName(PEER);

  private Options() {}

  private static Map<String, Option> byName(List<Option> options) {
    Map<String, Option> byName = new LinkedHashMap<>();
    options.forEach(option -> byName.put(option.name(), option));
    return Collections.unmodifiableMap(byName);
  }
}
