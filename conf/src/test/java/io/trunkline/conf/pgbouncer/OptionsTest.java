package io.trunkline.conf.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of options has all of them.
class OptionsTest {

  /// As the documentation of PgBouncer 1.25 lists them.
  static Stream<String> processOptions() {
    return """
    logfile pidfile listen_addr listen_port unix_socket_dir unix_socket_mode unix_socket_group user
    pool_mode max_client_conn default_pool_size min_pool_size reserve_pool_size
    reserve_pool_timeout max_db_connections max_db_client_connections max_user_connections
    max_user_client_connections server_round_robin track_extra_parameters
    ignore_startup_parameters peer_id disable_pqexec application_name_add_host conffile
    service_name job_name stats_period max_prepared_statements scram_iterations
    auth_type auth_hba_file auth_ident_file auth_file auth_user auth_query auth_dbname
    auth_ldap_options
    syslog syslog_ident syslog_facility log_connections log_disconnections log_pooler_errors
    log_stats verbose admin_users stats_users
    server_reset_query server_reset_query_always server_check_delay server_check_query
    server_fast_close server_lifetime server_idle_timeout server_connect_timeout
    server_login_retry client_login_timeout autodb_idle_timeout dns_max_ttl dns_nxdomain_ttl
    dns_zone_check_period resolv_conf
    client_tls_sslmode client_tls_key_file client_tls_cert_file client_tls_ca_file
    client_tls_protocols client_tls_ciphers client_tls13_ciphers client_tls_ecdhcurve
    client_tls_dheparams server_tls_sslmode server_tls_ca_file server_tls_key_file
    server_tls_cert_file server_tls_protocols server_tls_ciphers server_tls13_ciphers
    query_timeout query_wait_timeout query_wait_notify cancel_wait_timeout client_idle_timeout
    idle_transaction_timeout transaction_timeout suspend_timeout
    pkt_buf max_packet_size listen_backlog sbuf_loopcnt so_reuseport tcp_defer_accept
    tcp_socket_buffer tcp_keepalive tcp_keepcnt tcp_keepidle tcp_keepintvl tcp_user_timeout
    """
        .strip()
        .lines()
        .flatMap(line -> Stream.of(line.strip().split(" ")));
  }

  @ParameterizedTest
  @MethodSource("processOptions")
  void table_everyOption_isThere(String name) {
    assertThat(Options.OF_PROCESS).containsKey(name);
  }

  /// A value for each kind, which every setting of ours must take.
  private static String sample(Option.Carried option) {
    Map<String, String> words =
        Map.of(
            "pool_mode", "statement",
            "client_tls_sslmode", "disable",
            "server_tls_sslmode", "require",
            "auth_query", "SELECT $1",
            "auth_file", "/users.txt");
    return switch (option.kind()) {
      case TIME, LIFETIME -> "1.5";
      case NUMBER -> "7";
      case BYTES -> "4096";
      case FLAG -> "1";
      case TEXT, WORD, FILE -> words.getOrDefault(option.name(), "");
    };
  }

  static Stream<Option.Carried> carried() {
    return Options.OF_PROCESS.values().stream()
        .filter(Option.Carried.class::isInstance)
        .map(Option.Carried.class::cast);
  }

  @ParameterizedTest
  @MethodSource("carried")
  void carried_everyOption_isASettingOfOurs(Option.Carried option) {
    assertThat(IniTexts.options(option.name() + " = " + sample(option)).mistakes()).isEmpty();
  }

  @Test
  void lost_everyOption_saysWhyInOneLine() {
    Options.OF_PROCESS.values().stream()
        .map(option ->
            switch (option) {
              case Option.Lost lost -> lost.why();
              case Option.Needless needless -> needless.why();
              case Option.Carried _, Option.Composed _ -> "said elsewhere";
            })
        .forEach(why -> assertThat(why).isNotBlank().doesNotContain("\n").hasSizeLessThan(100));
  }
}
