package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import io.trunkline.proxy.rig.Tool;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PostgreSQL's own replication programs, and a real standby, through a listener whose pool mode is
/// transaction. Such programs refuse a server newer than they are: the server is an old one.
class ReplicationToolsIT {
  private static final int VERSION = ServerOptions.OLDEST;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int ROWS = 105_000;
  private static final int ROW_BYTES_MIN = 960;

  private final Postgres postgres = Postgres.shared(VERSION);
  private @TempDir Path directory;
  private TestProxy proxy;

  @BeforeEach
  void startProxy() throws IOException {
    proxy = TestProxy.start(Setup.transaction().behind(postgres.app()));
    postgres.run("DROP TABLE IF EXISTS told", "CREATE TABLE told (word text)");
  }

  @AfterEach
  void stopProxy() throws IOException {
    proxy.close();
    isFree();
    postgres.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
  }

  private void isFree() {
    Await.until(
        SOON,
        "no walsender is left, no slot in use",
        () ->
            postgres
                .value(
                    "SELECT (SELECT count(*) FROM pg_stat_replication)"
                        + " + (SELECT count(*) FROM pg_replication_slots WHERE active)")
                .equals("0"));
  }

  private Endpoint repl() {
    return proxy.endpoint().as("repl", "repl");
  }

  private Path backup() throws Exception {
    Path backup = directory.resolve("backup");
    Tool.installed("pg_basebackup")
        .run(repl(), "-D", backup.toString(), "-X", "stream", "-c", "fast");
    return backup;
  }

  private static String valueIn(EmbeddedServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("postgres", Secret.of("postgres"), "app");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void baseBackup_ofHundredMegabytes_startsAsAServerWithAllRows() throws Exception {
    postgres.run(
        "DROP TABLE IF EXISTS large",
        "CREATE TABLE large AS SELECT i, repeat(md5(i::text), 30) AS pad"
            + " FROM generate_series(1, %d) i".formatted(ROWS));
    String sum =
        "SELECT count(*) || ' ' || sum(length(pad)) || ' ' || md5(string_agg(pad, '' ORDER BY i))"
            + " FROM large";
    String expected = postgres.value(sum);
    assertThat(expected).startsWith(ROWS + " " + (long) ROWS * ROW_BYTES_MIN);
    Path backup = backup();
    postgres.run("DROP TABLE large");
    try (EmbeddedServer restored =
        EmbeddedServer.restore(ServerOptions.postgres(VERSION), backup)) {
      assertThat(valueIn(restored, sum)).isEqualTo(expected);
    }
  }

  @Test
  void standby_followingThroughTheProxy_getsEveryChangeAndANewConnection() throws Exception {
    String source =
        "host=%s port=%d user=repl application_name=follower"
            .formatted(repl().host(), repl().port());
    ServerOptions options =
        ServerOptions.postgres(VERSION)
            .setting("max_connections", "400")
            .setting("max_prepared_transactions", "10")
            .setting("primary_conninfo", source)
            .file("standby.signal", "");
    try (EmbeddedServer standby = EmbeddedServer.restore(options, backup())) {
      isToldOnThe(standby, "first");
      assertThat(postgres.value("SELECT application_name FROM pg_stat_replication"))
          .isEqualTo("follower");
      postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_replication");
      isToldOnThe(standby, "second");
    }
  }

  private void isToldOnThe(EmbeddedServer standby, String word) throws IOException {
    postgres.run("INSERT INTO told VALUES ('" + word + "')");
    String count = "SELECT count(*) FROM told WHERE word = '" + word + "'";
    Await.until(SOON, "the row is on the standby", () -> valueIn(standby, count).equals("1"));
  }

  @Test
  void recvlogical_toAPosition_getsEveryChange() throws Exception {
    Tool tool = Tool.installed("pg_recvlogical");
    Endpoint repl = repl();
    tool.run(repl, "-d", "app", "--slot", "changes", "--create-slot", "-P", "test_decoding");
    postgres.run("INSERT INTO told SELECT 'row ' || i FROM generate_series(1, 1000) i");
    String end = postgres.value("SELECT pg_current_wal_insert_lsn()");
    String shown =
        tool.run(
            repl,
            "-d",
            "app",
            "--slot",
            "changes",
            "--start",
            "--no-loop",
            "--endpos",
            end,
            "-f",
            "-");
    assertThat(shown.lines().filter(line -> line.contains(": INSERT: "))).hasSize(1000);
    tool.run(repl, "-d", "app", "--slot", "changes", "--drop-slot");
    assertThat(postgres.value("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void receivewal_toAPosition_getsTheSegment() throws Exception {
    Tool tool = Tool.installed("pg_receivewal");
    tool.run(repl(), "--slot", "wal", "--create-slot");
    postgres.run("INSERT INTO told VALUES ('archived')", "SELECT pg_switch_wal()");
    String end = postgres.value("SELECT pg_current_wal_insert_lsn()");
    tool.run(repl(), "--slot", "wal", "-D", directory.toString(), "--no-loop", "--endpos", end);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).anyMatch(file -> file.toFile().length() == 16 << 20);
    }
    isFree();
  }

  @Test
  void receivewal_killed_leavesNoWalsender() throws Exception {
    Tool tool = Tool.installed("pg_receivewal");
    tool.run(repl(), "--slot", "wal", "--create-slot");
    Path output = directory.resolve("output");
    Process process = tool.begin(repl(), output, "--slot", "wal", "-D", directory.toString());
    try {
      Await.until(
          SOON,
          "it streams",
          () -> postgres.value("SELECT active FROM pg_replication_slots").equals("t"));
    } finally {
      process.destroyForcibly();
    }
    isFree();
  }
}
