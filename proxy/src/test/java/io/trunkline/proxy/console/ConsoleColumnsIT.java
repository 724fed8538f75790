package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every SHOW has the columns PgBouncer 1.25 has, with their types and in their order; what is ours
/// follows behind them. Tools find columns by these.
class ConsoleColumnsIT {
  private static final String SOCKET =
      "type:text user:text database:text replication:text state:text addr:text port:int4"
          + " local_addr:text local_port:int4 connect_time:text request_time:text wait:int4"
          + " wait_us:int4 close_needed:int4 ptr:text link:text remote_pid:int4 tls:text"
          + " application_name:text prepared_statements:int4 id:int4";
  private static final String SOCKET_BUFFERS =
      " recv_pos:int4 pkt_pos:int4 pkt_remain:int4 send_pos:int4 send_remain:int4 pkt_avail:int4"
          + " send_avail:int4";

  private static House house;

  @BeforeAll
  static void open() {
    house = new House(2);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  /// What PgBouncer shows; the names of these are all the console has, but for ours.
  static Stream<List<String>> pgbouncer() {
    return Stream.of(
        List.of(
            "DATABASES",
            "name:text host:text port:int4 database:text force_user:text pool_size:int4"
                + " min_pool_size:int4 reserve_pool_size:int4 server_lifetime:int4 pool_mode:text"
                + " load_balance_hosts:text max_connections:int4 current_connections:int4"
                + " max_client_connections:int4 current_client_connections:int4 paused:int4"
                + " disabled:int4 reserve_pool:int4"),
        List.of(
            "USERS",
            "name:text pool_size:text reserve_pool_size:text pool_mode:text"
                + " max_user_connections:int4 current_connections:int4"
                + " max_user_client_connections:int4 current_client_connections:int4"),
        List.of(
            "POOLS",
            "database:text user:text cl_active:int4 cl_waiting:int4 cl_active_cancel_req:int4"
                + " cl_waiting_cancel_req:int4 sv_active:int4 sv_active_cancel:int4"
                + " sv_being_canceled:int4 sv_idle:int4 sv_used:int4 sv_tested:int4 sv_login:int4"
                + " maxwait:int4 maxwait_us:int4 pool_mode:text load_balance_hosts:text"),
        List.of("PEERS", "peer_id:int4 host:text port:int4 pool_size:int4 source:text self:text"),
        List.of(
            "PEER_POOLS",
            "peer_id:int4 cl_active_cancel_req:int4 cl_waiting_cancel_req:int4"
                + " sv_active_cancel:int4 sv_login:int4"),
        List.of("CLIENTS", SOCKET),
        List.of("SERVERS", SOCKET),
        List.of("SOCKETS", SOCKET + SOCKET_BUFFERS),
        List.of("ACTIVE_SOCKETS", SOCKET + SOCKET_BUFFERS),
        List.of("TOTALS", "name:text value:numeric"),
        List.of("LISTS", "list:text items:int4"),
        List.of("CONFIG", "key:text value:text default:text changeable:text"),
        List.of("MEM", "name:text size:int4 used:int4 free:int4 memtotal:int4"),
        List.of("STATE", "key:text value:text"),
        List.of("DNS_HOSTS", "hostname:text ttl:int8 addrs:text"),
        List.of("DNS_ZONES", "zonename:text serial:int8 count:int4"),
        List.of("VERSION", "version:text"));
  }

  /// What PgBouncer counts.
  static Stream<List<String>> statistics() {
    return Stream.of(
        List.of(
            "STATS",
            "database:text total_server_assignment_count:numeric total_xact_count:numeric"
                + " total_query_count:numeric total_received:numeric total_sent:numeric"
                + " total_xact_time:numeric total_query_time:numeric total_wait_time:numeric"
                + " total_client_parse_count:numeric total_server_parse_count:numeric"
                + " total_bind_count:numeric total_client_login_count:numeric"
                + " avg_server_assignment_count:numeric avg_xact_count:numeric"
                + " avg_query_count:numeric avg_recv:numeric avg_sent:numeric"
                + " avg_xact_time:numeric avg_query_time:numeric avg_wait_time:numeric"
                + " avg_client_parse_count:numeric avg_server_parse_count:numeric"
                + " avg_bind_count:numeric avg_client_login_count:numeric total_requests:numeric"),
        List.of(
            "STATS_TOTALS",
            "database:text server_assignment_count:numeric xact_count:numeric"
                + " query_count:numeric bytes_received:numeric bytes_sent:numeric"
                + " xact_time:numeric query_time:numeric wait_time:numeric"
                + " client_parse_count:numeric server_parse_count:numeric bind_count:numeric"
                + " client_login_count:numeric"),
        List.of(
            "STATS_AVERAGES",
            "database:text server_assignment_count:numeric xact_count:numeric"
                + " query_count:numeric bytes_received:numeric bytes_sent:numeric"
                + " xact_time:numeric query_time:numeric wait_time:numeric"
                + " avg_client_parse_count:numeric avg_server_parse_count:numeric"
                + " avg_bind_count:numeric avg_client_login_count:numeric"));
  }

  static Stream<List<String>> ours() {
    return Stream.of(
        List.of("MEMBERS", "cluster:text member:text host:text port:int4 role:text state:text"),
        List.of("TOPOLOGY", "cluster:text version:int8 leader:text timeline:int4"),
        List.of("ROUTES", "listener:text port:int4 role:text pool_mode:text cluster:text"),
        List.of("MEMBER_POOLS", "cluster:text member:text database:text user:text"),
        List.of("PINNED", "client:int4 user:text database:text addr:text server:int4"),
        List.of("WAITING", "client:int4 user:text database:text addr:text cluster:text"),
        List.of("ERRORS", "origin:text sqlstate:text count:int8 last:text message:text"),
        List.of(
            "TIMES",
            "time:text count:int8 avg_us:int8 p50_us:int8 p90_us:int8 p99_us:int8 p999_us:int8"
                + " max_us:int8"));
  }

  static Stream<List<String>> everything() {
    return Stream.of(pgbouncer(), statistics(), ours()).flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("everything")
  void show_simple_hasTheColumns(List<String> row) throws SQLException {
    assertThat(columns(row.getFirst(), "preferQueryMode=simple")).startsWith(expected(row));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void show_extended_hasTheColumns(List<String> row) throws SQLException {
    assertThat(columns(row.getFirst(), "preferQueryMode=extended")).startsWith(expected(row));
  }

  /// From the fifth time on this driver asks for binary results.
  @ParameterizedTest
  @MethodSource("everything")
  void show_binary_saysTheSame(List<String> row) throws SQLException {
    try (Connection console = house.jdbc("pgbouncer", "admin", "prepareThreshold=1");
        var prepared = console.prepareStatement("SHOW " + row.getFirst())) {
      List<String> first = firstColumn(prepared.executeQuery());
      for (int i = 0; i < 3; i++) {
        assertThat(firstColumn(prepared.executeQuery())).hasSameSizeAs(first);
      }
    }
  }

  private static String[] expected(List<String> row) {
    return row.getLast().split(" ", -1);
  }

  private static List<String> columns(String what, String mode) throws SQLException {
    try (Connection console = house.jdbc("pgbouncer", "stats", mode);
        Statement statement = console.createStatement();
        ResultSet rows = statement.executeQuery("SHOW " + what)) {
      ResultSetMetaData meta = rows.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.add(meta.getColumnName(i) + ":" + meta.getColumnTypeName(i));
      }
      return columns;
    }
  }

  private static List<String> firstColumn(ResultSet rows) throws SQLException {
    try (rows) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          String value = rows.getString(i);
          values.add(i == 1 ? String.valueOf(value) : "");
        }
      }
      return values;
    }
  }
}
