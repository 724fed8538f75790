package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.Surroundings;
import io.trunkline.conf.pgbouncer.PgBouncerFile;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.Ports;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One pgbouncer.ini, served by PgBouncer, by Trunkline as it is, and by Trunkline when converted:
/// psql prints the same.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PgBouncerIniIT {
  private static final List<String> QUESTIONS =
      List.of(
          "app app SELECT current_database(), current_user",
          "alias app SELECT current_database(), current_user",
          "forced app SELECT current_database(), current_user",
          "postgres app SELECT current_database(), current_user",
          "local app SELECT current_database(), inet_server_addr() IS NULL",
          "dated app SHOW datestyle; SHOW timezone; SELECT current_setting('my.own')",
          "dated app SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()",
          "several app SELECT count(*) FROM generate_series(1, 1000)",
          "app app BEGIN; SELECT 1; ROLLBACK; SELECT 2",
          "app app SELECT 1/0",
          "nowhere app SELECT current_database()",
          "app nobody SELECT 1");

  @TempDir private static Path directory;
  private EmbeddedServer server;
  private Tool psql;

  @BeforeAll
  void begin() throws Exception {
    psql = Tool.installed("psql");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    server =
        EmbeddedServer.create(
            ServerOptions.postgres(ServerOptions.NEWEST)
                .setting("unix_socket_directories", directory.toString())
                .hba("local all all trust")
                .hba("host all all 127.0.0.1/32 scram-sha-256"));
    Endpoint admin = new Endpoint("127.0.0.1", server.port(), "postgres", "postgres", "postgres");
    try (RawClient client = RawClient.login(admin)) {
      client.query("CREATE ROLE app LOGIN PASSWORD 'app'");
      client.query("CREATE ROLE other LOGIN PASSWORD 'other'");
      client.query("CREATE DATABASE app OWNER app");
    }
  }

  @AfterAll
  void end() throws IOException {
    server.close();
  }

  private Path ini(String name, int port) throws IOException {
    Path home = Files.createDirectory(directory.resolve(name));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path users = Files.writeString(home.resolve("users.txt"), "\"app\" \"app\"\n\"root\" \"r\"\n");
    return Files.writeString(
        home.resolve("pgbouncer.ini"),
        """
        ;; what everybody has
        [databases]
        app = host=127.0.0.1 port=PORT
        alias = host=127.0.0.1 port=PORT dbname=app
        forced = host=127.0.0.1 port=PORT dbname=app user=other password='other'
        local = host=SOCKETS port=PORT dbname=app
        dated = host=127.0.0.1 port=PORT dbname=app datestyle=German timezone='Asia/Tokyo' \
        application_name=mine connect_query='SELECT set_config(''my.own'', ''x'', false)'
        several = host=127.0.0.1,localhost port=PORT dbname=app
        * = host=127.0.0.1 port=PORT

        [users]
        app = pool_mode=transaction max_user_connections=10

        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = LISTEN
        unix_socket_dir = HOME
        auth_type = scram-sha-256
        auth_file = USERS
        admin_users = root
        ignore_startup_parameters = extra_float_digits
        server_lifetime = 1200.5
        default_pool_size = 5
        """
            .replace("PORT", Integer.toString(server.port()))
            .replace("SOCKETS", directory.toString())
            .replace("LISTEN", Integer.toString(port))
            .replace("HOME", home.toString())
            .replace("USERS", users.toString()));
  }

  /// Everything psql has to say, without what is different by its nature.
  private List<String> answers(String host, int port) throws Exception {
    List<String> answers = new ArrayList<>();
    for (String question : QUESTIONS) {
      String[] parts = question.split(" ", 3);
      answers.add(question + " -> " + psql(host, port, parts[0], parts[1], parts[2]));
    }
    return answers;
  }

  private String psql(String host, int port, String database, String user, String sql)
      throws Exception {
    Path output = Files.createTempFile(directory, "psql", ".out");
    Endpoint endpoint = new Endpoint(host, port, user, "app", database);
    Process process = psql.begin(endpoint, output, "-XAt", "-d", database, "-c", sql);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output).strip();
    return process.exitValue() == 2 ? "refused" : text;
  }

  private static final int LISTENERS = 1;

  @Test
  void serve_theSameFile_answersTheSame() throws Exception {
    int port = Ports.free();
    Path ini = ini("real", port);
    List<String> expected;
    List<String> expectedLocally;
    try (RealPgBouncer _ = RealPgBouncer.run(ini, port)) {
      expected = answers("127.0.0.1", port);
      expectedLocally = answers(ini.getParent().toString(), port);
    }
    assertThat(expected.getFirst()).endsWith("-> app|app");

    Path ours = ini("ours", Ports.free());
    try (Program program = Program.run(ours, LISTENERS)) {
      assertThat(answers("127.0.0.1", program.port(0))).isEqualTo(expected);
      assertThat(answers(ours.getParent().toString(), program.port(0))).isEqualTo(expectedLocally);
    }

    Path converted = converted(ini("converted", Ports.free()));
    try (Program program = Program.run(converted, LISTENERS)) {
      assertThat(answers("127.0.0.1", program.port(0))).isEqualTo(expected);
      program.signal("TERM");
      assertThat(program.awaitEnd()).isZero();
    }
    try (Stream<Path> left = Files.list(converted.getParent())) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith(".s.PGSQL"));
    }
  }

  private static Path converted(Path ini) throws IOException {
    var conversion = new PgBouncerFile(Surroundings.ofProcess()).convert(ini);
    assertThat(conversion).isInstanceOf(PgBouncerFile.Conversion.Ok.class);
    String yaml = ((PgBouncerFile.Conversion.Ok) conversion).yaml();
    return Files.writeString(ini.resolveSibling("trunkline.yml"), yaml);
  }

  @Test
  void signals_pauseResumeReloadAndStop_meanWhatTheyMeanThere() throws Exception {
    Path ini = ini("signals", Ports.free());
    Path home = ini.getParent();
    Path log = home.resolve("pooler.log");
    Path pid = home.resolve("pooler.pid");
    Files.writeString(
        ini, Files.readString(ini) + "logfile = %s\npidfile = %s\n".formatted(log, pid));
    try (Program program = Program.run(ini, LISTENERS)) {
      Endpoint app = new Endpoint("127.0.0.1", program.port(0), "app", "app", "app");
      assertThat(Files.readString(pid).strip()).isEqualTo(Long.toString(program.pid()));
      assertThat(Files.readAllLines(log).getLast())
          .matches("\\d{4}-\\d\\d-\\d\\d [0-9:.]{12} \\S+ \\[\\d+] LOG .*");
      try (RawClient client = RawClient.login(app)) {
        client.query("SELECT 1");
        program.signal("USR1");
        program.awaitLine("paused by a signal");
        client.send(Frontend.query("SELECT 2"));
        assertThat(client.poll(Duration.ofMillis(200))).isEmpty();
        program.signal("USR2");
        assertThat(client.receiveUntilReady()).isNotEmpty();

        Files.move(log, home.resolve("pooler.log.1"));
        Files.writeString(
            ini, Files.readString(ini).replace("[users]", "fresh = host=127.0.0.1\n[users]"));
        program.signal("HUP");
        program.awaitLine("reloaded: databases fresh added");
        assertThat(log).exists();

        program.signal("TERM");
        program.awaitLine("stopping when the last client has left");
        assertThat(client.query("SELECT 3").value()).isEqualTo("3");
      }
      assertThat(program.awaitEnd()).isZero();
      assertThat(pid).doesNotExist();
    }
  }

  @Test
  void console_adminOfTheFile_logsInWithTheListsPassword() throws Exception {
    Path ini = ini("console", Ports.free());
    try (Program program = Program.run(ini, LISTENERS)) {
      Endpoint root = new Endpoint("127.0.0.1", program.port(0), "root", "r", "pgbouncer");
      try (RawClient client = RawClient.login(root)) {
        assertThat(client.query("SHOW DATABASES").column()).contains("app", "forced", "pgbouncer");
      }
    }
  }
}
