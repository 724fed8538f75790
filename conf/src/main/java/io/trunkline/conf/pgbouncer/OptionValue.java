package io.trunkline.conf.pgbouncer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One option of the section `[pgbouncer]`, as PgBouncer's `SHOW CONFIG` has it.
///
/// @param value in force, as it is written
/// @param byDefault what PgBouncer takes where nothing is written
/// @param changeable whether it may be changed while the process runs
public record OptionValue(String name, String value, String byDefault, boolean changeable) {

  /// Every option with its default; `!` is behind those that stay until a new start. PgBouncer
  /// docs, "pgbouncer.ini", and `CF_NO_RELOAD` in its main.c.
  private static final String TABLE =
      """
      admin_users=
      application_name_add_host=0
      auth_dbname=
      auth_file=
      auth_hba_file=
      auth_ident_file=
      auth_ldap_options=
      auth_query=SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END \
      FROM pg_authid WHERE rolname=$1 AND rolcanlogin
      auth_type=md5
      auth_user=
      autodb_idle_timeout=3600
      cancel_wait_timeout=10
      client_idle_timeout=0
      client_login_timeout=60
      client_tls13_ciphers=
      client_tls_ca_file=
      client_tls_cert_file=
      client_tls_ciphers=default
      client_tls_dheparams=auto
      client_tls_ecdhcurve=auto
      client_tls_key_file=
      client_tls_protocols=secure
      client_tls_sslmode=disable
      conffile=
      default_pool_size=20
      disable_pqexec!=0
      dns_max_ttl=15
      dns_nxdomain_ttl=15
      dns_zone_check_period=0
      idle_transaction_timeout=0
      ignore_startup_parameters=
      job_name!=pgbouncer
      listen_addr!=
      listen_backlog!=128
      listen_port!=6432
      log_connections=1
      log_disconnections=1
      log_pooler_errors=1
      log_stats=1
      logfile=
      login_notify_message=
      max_client_conn=100
      max_db_client_connections=0
      max_db_connections=0
      max_packet_size=2147483647
      max_prepared_statements=200
      max_user_client_connections=0
      max_user_connections=0
      min_pool_size=0
      peer_id!=0
      pidfile!=
      pkt_buf!=4096
      pool_idle_timeout=0
      pool_mode=session
      query_timeout=0
      query_wait_notify=5
      query_wait_timeout=120
      reserve_pool_size=0
      reserve_pool_timeout=5
      resolv_conf!=
      sbuf_loopcnt=5
      scram_iterations=4096
      server_check_delay=30
      server_check_query=<empty>
      server_connect_timeout=15
      server_fast_close=0
      server_idle_timeout=600
      server_lifetime=3600
      server_login_retry=15
      server_reset_query=DISCARD ALL
      server_reset_query_always=0
      server_round_robin=0
      server_tls13_ciphers=
      server_tls_ca_file=
      server_tls_cert_file=
      server_tls_ciphers=default
      server_tls_key_file=
      server_tls_protocols=secure
      server_tls_sslmode=prefer
      service_name!=pgbouncer
      so_reuseport!=0
      stats_period=60
      stats_users=
      suspend_timeout=10
      syslog=0
      syslog_facility=daemon
      syslog_ident=pgbouncer
      tcp_defer_accept=1
      tcp_keepalive=1
      tcp_keepcnt=0
      tcp_keepidle=0
      tcp_keepintvl=0
      tcp_socket_buffer=0
      tcp_user_timeout=0
      track_extra_parameters!=IntervalStyle
      transaction_timeout=0
      unix_socket_dir!=/tmp
      unix_socket_group!=
      unix_socket_mode!=0777
      user!=
      verbose=0
      """;

  private static final char FIXED = '!';
  private static final Map<String, OptionValue> BY_DEFAULT = ofTable();

  private static Map<String, OptionValue> ofTable() {
    Map<String, OptionValue> all = new LinkedHashMap<>();
    TABLE
        .lines()
        .forEach(line -> {
          int sign = line.indexOf('=');
          boolean fixed = line.charAt(sign - 1) == FIXED;
          String name = line.substring(0, fixed ? sign - 1 : sign);
          String value = line.substring(sign + 1);
          all.put(name, new OptionValue(name, value, value, !fixed));
        });
    return all;
  }

  /// Every option, in the order of the names.
  static List<OptionValue> all(Assignments given) {
    return BY_DEFAULT.values().stream().map(one -> one.given(given.given(one.name))).toList();
  }

  private OptionValue given(@Nullable String text) {
    return text == null ? this : new OptionValue(name, text, byDefault, changeable);
  }

  /// The option of this name as PgBouncer has it where nothing is written; null when there is none.
  public static @Nullable OptionValue ofName(String name) {
    return BY_DEFAULT.get(name);
  }
}
