package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The consoles of Debian's PgBouncer (1.18) and of Trunkline, asked the same.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SideBySideIT {
  /// All that 1.18 has.
  private static final List<String> SHOWN =
      List.of(
          "DATABASES",
          "USERS",
          "POOLS",
          "CLIENTS",
          "SERVERS",
          "SOCKETS",
          "ACTIVE_SOCKETS",
          "STATS",
          "STATS_TOTALS",
          "STATS_AVERAGES",
          "TOTALS",
          "LISTS",
          "CONFIG",
          "MEM",
          "DNS_HOSTS",
          "DNS_ZONES",
          "FDS",
          "VERSION");

  /// What 1.25 calls otherwise than 1.18.
  private static final Map<String, String> RENAMED = Map.of("reserve_pool", "reserve_pool_size");

  /// Commands and mistakes, in an order in which each finds what it needs.
  private static final List<String> COMMANDS =
      List.of(
          "SHOW",
          "SHOW NOTHING",
          "SHOW pools nothing",
          "SHOW timezone",
          "SHOW datestyle",
          "SHOW standard_conforming_strings",
          "SHOW default_transaction_isolation",
          "PAUSE nowhere",
          "PAUSE app",
          "PAUSE app",
          "RESUME app",
          "RESUME app",
          "RESUME",
          "PAUSE",
          "PAUSE",
          "PAUSE app",
          "KILL app",
          "RESUME",
          "PAUSE pgbouncer",
          "RESUME pgbouncer",
          "RESUME nowhere",
          "PAUSE \"app\"",
          "RESUME \"app\";",
          "PAUSE app x",
          "DISABLE",
          "DISABLE app",
          "DISABLE nowhere",
          "DISABLE pgbouncer",
          "ENABLE",
          "ENABLE app",
          "ENABLE nowhere",
          "KILL nowhere",
          "KILL pgbouncer",
          "KILL app",
          "RESUME app",
          "RECONNECT",
          "RECONNECT app",
          "RECONNECT nowhere",
          "RECONNECT pgbouncer",
          "WAIT_CLOSE",
          "WAIT_CLOSE app",
          "WAIT_CLOSE nowhere",
          "WAIT_CLOSE pgbouncer",
          "RELOAD",
          "RELOAD;",
          "RELOAD now",
          "SHUTDOWN NOW",
          "SET",
          "SET query_timeout",
          "SET query_timeout 5",
          "SET timezone = 'x'",
          "SET client_encoding = UTF8",
          "SET a = 1",
          "SET query_timeout = 5",
          "SET query_timeout TO '6'",
          "SET query_timeout = x",
          "SET pool_mode = transaction",
          "SET pool_mode = nothing",
          "SET server_idle_timeout=30;",
          "RELOAD",
          "SUSPEND",
          "RESUME",
          "SUSPEND app",
          "FROB",
          "frob app",
          "REPLAY everything");

  private static final List<String> CONSOLES = List.of("trunkline", "pgbouncer");

  private static final List<String> DESCRIBED =
      List.of(
          "fd",
          "link",
          "task",
          "user",
          "database",
          "addr",
          "client_encoding",
          "std_strings",
          "datestyle",
          "timezone",
          "password",
          "scram_client_key",
          "scram_server_key");

  @TempDir private static Path directory;
  private Pair pair;

  @BeforeAll
  void start() throws Exception {
    pair = Pair.start(directory, "");
  }

  @AfterAll
  void stop() {
    if (pair != null) {
      pair.close();
    }
  }

  /// The names and types of what a SHOW has, in their order.
  private Map<String, Integer> columns(Side side, String what) throws IOException {
    return pair.show(side, what).columns();
  }

  @Test
  void show_hasTheirColumnsInTheirOrderWithTheirTypes() throws Exception {
    for (String what : SHOWN) {
      Map<String, Integer> theirs = new LinkedHashMap<>();
      columns(Side.THEIRS, what)
          .forEach((name, type) -> theirs.put(RENAMED.getOrDefault(name, name), type));
      Map<String, Integer> ours = columns(Side.OURS, what);
      assertThat(ours).as(what).containsAllEntriesOf(theirs);
      assertThat(ours.keySet().stream().filter(theirs::containsKey))
          .as(what)
          .containsExactlyElementsOf(theirs.keySet());
    }
  }

  private List<String> answers(Side side, String user) throws Exception {
    Endpoint console = pair.at(side, user, "pgbouncer");
    List<String> answers = new ArrayList<>();
    for (String command : COMMANDS) {
      String answer = pair.psql(console, "-c", command);
      answers.add(command + " -> " + answer.replaceAll("\nDETAIL: .*", "")); // ours
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "stats"})
  void command_isAnsweredInTheSameWords(String user) throws Exception {
    List<String> theirs = answers(Side.THEIRS, user);
    assertThat(theirs).contains("RELOAD -> " + (user.equals("root") ? "RELOAD" : refused()));
    assertThat(answers(Side.OURS, user)).containsExactlyElementsOf(theirs);
  }

  private static String refused() {
    return "ERROR:  admin access needed";
  }

  /// The rows of those tables that say the same of both, without columns that only one has.
  private List<List<String>> rows(Side side, String what, List<String> columns) throws Exception {
    return pair.show(side, what).records().stream()
        .filter(row -> !CONSOLES.contains(row.get(columns.getFirst())))
        .map(row -> columns.stream().map(row::get).toList())
        .toList();
  }

  @Test
  void rows_ofDatabasesAndUsers_areTheSame() throws Exception {
    List<String> columns =
        List.of(
            "name",
            "host",
            "port",
            "database",
            "force_user",
            "pool_size",
            "min_pool_size",
            "pool_mode",
            "max_connections",
            "paused",
            "disabled");
    assertThat(rows(Side.OURS, "DATABASES", columns))
        .isEqualTo(rows(Side.THEIRS, "DATABASES", columns))
        .hasSize(3);
    List<String> ofUsers = List.of("name", "pool_mode");
    assertThat(rows(Side.OURS, "USERS", ofUsers)).isEqualTo(rows(Side.THEIRS, "USERS", ofUsers));
  }

  @Test
  void rows_ofTheListsAndTotals_haveTheSameNames() throws Exception {
    assertThat(rows(Side.OURS, "LISTS", List.of("list")))
        .containsAll(rows(Side.THEIRS, "LISTS", List.of("list")));
    assertThat(rows(Side.OURS, "TOTALS", List.of("name")))
        .containsAll(rows(Side.THEIRS, "TOTALS", List.of("name")));
  }

  /// One client is in a transaction, the other is idle; the server's own descriptor is the client's
  /// link, and the other way round. What servers are free is another matter.
  @Test
  void descriptors_areTheSame_butForTheirNumbers() throws Exception {
    List<List<String>> theirs = descriptors(Side.THEIRS);
    assertThat(theirs).hasSize(5);
    assertThat(descriptors(Side.OURS)).containsExactlyInAnyOrderElementsOf(theirs);
  }

  private List<List<String>> descriptors(Side side) throws Exception {
    try (RawClient busy = RawClient.login(pair.at(side, "app", "alias"));
        RawClient idle = RawClient.login(pair.at(side, "app", "alias"))) {
      idle.query("SELECT 1");
      busy.query("BEGIN");
      List<List<String>> rows = new ArrayList<>();
      Map<String, String> links = new LinkedHashMap<>();
      for (List<String> row : rows(side, "FDS", DESCRIBED)) {
        boolean linked = !row.get(1).equals("0");
        if (linked) {
          links.put(row.get(0), row.get(1));
        }
        if (linked || !row.get(2).equals("server")) {
          rows.add(row.subList(2, row.size()));
        }
      }
      assertThat(links).as(side.name()).hasSize(2);
      links.forEach((one, other) -> assertThat(links).containsEntry(other, one));
      return rows;
    }
  }

  @Test
  void commands_ofTheConsole_countAsQueries() throws Exception {
    for (Side side : Side.values()) {
      try (RawClient console = RawClient.login(pair.at(side, "root", "pgbouncer"))) {
        console.query("SHOW VERSION");
        assertThat(console.query("SHOW STATS").rows())
            .as(side.name())
            .anyMatch(row -> row.getFirst().equals("pgbouncer"));
      }
    }
  }

  /// Of logins the texts are PostgreSQL's; PgBouncer's begin in the same way, where they are right.
  @Test
  void refusals_beginInTheSameWords() throws Exception {
    Map<Endpoint, String> logins = new LinkedHashMap<>();
    for (Side side : Side.values()) {
      Endpoint app = pair.at(side, "app", "app");
      logins.put(app.as("app", "wrong"), "password authentication failed");
      logins.put(app.as("nobody", "wrong"), "password authentication failed");
      logins.put(pair.at(side, "root", "pgbouncer").as("root", "x"), "password authentication");
      pair.psql(pair.at(side, "root", "pgbouncer"), "-c", "DISABLE forced");
      logins.put(pair.at(side, "app", "forced"), "FATAL:  database \"forced\" is disabled");
    }
    for (Map.Entry<Endpoint, String> login : logins.entrySet()) {
      assertThat(pair.psql(login.getKey(), "-c", "SELECT 1")).contains(login.getValue());
    }
  }
}
