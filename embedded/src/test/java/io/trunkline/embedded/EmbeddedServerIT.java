package io.trunkline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.settings.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedServerIT {
  @ParameterizedTest
  @ValueSource(ints = {ServerOptions.OLDEST, ServerOptions.NEWEST})
  void create_eachVersion_isThatVersion(int version) throws Exception {
    try (EmbeddedServer server = EmbeddedServer.create(ServerOptions.postgres(version))) {
      assertThat(server.query("SHOW server_version")).startsWith(version + ".");
      assertThat(server.query("SHOW wal_level")).isEqualTo("logical");
    }
  }

  @Test
  void create_unknownVersion_saysWhatThereIs() {
    assertThatThrownBy(() -> EmbeddedServer.create(ServerOptions.postgres(9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no PostgreSQL 9")
        .hasMessageContaining("18");
  }

  @Test
  void create_withSettingsAndFiles_serverUsesThem() throws Exception {
    ServerOptions options =
        ServerOptions.newest()
            .setting("application_name", "it's \\ a name")
            .setting("hba_file", "other_hba.conf")
            .file("other_hba.conf", "host all all all trust\n")
            .initdb("--data-checksums");

    try (EmbeddedServer server = EmbeddedServer.create(options)) {
      assertThat(server.query("SELECT reset_val FROM pg_settings WHERE name = 'application_name'"))
          .isEqualTo("it's \\ a name");
      assertThat(server.query("SHOW hba_file")).endsWith("other_hba.conf");
      assertThat(server.query("SHOW data_checksums")).isEqualTo("on");
    }
  }

  @Test
  void create_withHbaLines_asksForThePassword() throws Exception {
    ServerOptions options =
        ServerOptions.newest().password(Secret.of("s3cret")).hba("host all all all scram-sha-256");

    try (EmbeddedServer server = EmbeddedServer.create(options)) {
      server.execute("CREATE ROLE app LOGIN PASSWORD 'app'");

      assertThatThrownBy(() -> server.connect("app", Secret.of("wrong"), "postgres"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      server.connect("app", Secret.of("app"), "postgres").close();
    }
  }

  @Test
  void create_badSetting_failsWithTheServersWordsAndLeavesNothing() {
    ServerOptions options = ServerOptions.newest().setting("max_connections", "many");

    assertThatThrownBy(() -> EmbeddedServer.create(options))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("max_connections");
  }

  @Test
  void create_portInUse_saysSo() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.create()) {
      ServerOptions same = ServerOptions.newest().port(server.port());

      assertThatThrownBy(() -> EmbeddedServer.create(same))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void stopAndStart_samePortAndData() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.create()) {
      server.execute("CREATE TABLE kept AS SELECT 1 AS n");
      int port = server.port();

      server.stop();
      assertThat(server.isRunning()).isFalse();
      server.start();

      assertThat(server.port()).isEqualTo(port);
      assertThat(server.query("SELECT n FROM kept")).isEqualTo("1");
    }
  }

  @Test
  void killAndStart_committedDataIsRecovered() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.create()) {
      server.execute("CREATE TABLE kept AS SELECT 1 AS n");

      server.kill();
      server.start();

      assertThat(server.query("SELECT n FROM kept")).isEqualTo("1");
      assertThat(server.log()).contains("database system was interrupted");
    }
  }

  @Test
  void stopImmediatelyAndRestart_recovers() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.create()) {
      server.stopImmediately();
      server.restart();

      assertThat(server.query("SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void freeze_connections_getNoAnswerUntilThaw() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.create()) {
      server.freeze();
      String url = server.jdbcUrl("postgres", "postgres") + "&socketTimeout=1&connectTimeout=1";
      assertThatThrownBy(() -> DriverManager.getConnection(url)).isInstanceOf(SQLException.class);

      server.thaw();
      assertThat(server.query("SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void close_evenWhenFrozen_leavesNoProcessAndNoFile() throws Exception {
    EmbeddedServer server = EmbeddedServer.create();
    try (Connection connection = server.connect()) {
      Path directory = server.dataDirectory();
      List<ProcessHandle> before = processesIn(directory);
      assertThat(before).isNotEmpty();
      server.freeze();

      server.close();

      assertThat(directory).doesNotExist();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> before.stream().noneMatch(Processes::runs));
      assertThat(connection.isClosed()).isFalse(); // the driver has not looked yet
    }
  }

  private static List<ProcessHandle> processesIn(Path dataDirectory) {
    return ProcessHandle.current()
        .descendants()
        .filter(handle -> handle.info().commandLine().orElse("").contains(dataDirectory.toString()))
        .toList();
  }
}
