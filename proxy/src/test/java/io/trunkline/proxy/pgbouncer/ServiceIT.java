package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.DatagramSink;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The process among those who look after it: systemd, syslog, other processes at the same port.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServiceIT {
  private static final Map<String, String> NOTHING = Map.of();

  @TempDir private Path directory;

  private Path ini(String name, int port, String more) throws IOException {
    Path users =
        Files.writeString(directory.resolve(name + ".txt"), "\"app\" \"app\"\n\"root\" \"r\"\n");
    return Files.writeString(
        directory.resolve(name + ".ini"),
        """
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        auth_type = scram-sha-256
        auth_file = %s
        admin_users = root
        %s
        """
            .formatted(port, users, more));
  }

  private static Endpoint console(int port) {
    return new Endpoint("127.0.0.1", port, "root", "r", "pgbouncer");
  }

  private static String databases() {
    return "[databases]\napp = host=127.0.0.1 port=%d\n".formatted(Postgres.shared().app().port());
  }

  @Test
  void noDatabases_theConsoleAnswers_nobodyGetsFurther() throws Exception {
    int port = Ports.free();
    try (Program _ = Program.run(ini("alone", port, "unix_socket_dir ="), 1)) {
      try (RawClient console = RawClient.login(console(port))) {
        assertThat(console.query("SHOW DATABASES").column())
            .containsExactlyInAnyOrder("pgbouncer", "trunkline");
      }
      try (RawClient app = RawClient.open(console(port).inDatabase("app").as("app", "app"))) {
        assertThat(app.logIn(3 << 16, Map.of()).getLast().sqlState()).isEqualTo("3D000");
      } catch (LoginRefused refused) {
        assertThat(refused.sqlState()).isEqualTo("3D000");
      }
    }
  }

  @Test
  void quit_endsAtOnce_andTheNextOneStarts() throws Exception {
    Path pid = directory.resolve("pid");
    int port = Ports.free();
    Path ini = ini("quit", port, "pidfile = %s\nunix_socket_dir = %s".formatted(pid, directory));
    List<String> options = List.of("-Dtrunkline.quit=true", "-XX:+StartAttachListener");
    try (Program program = Program.run(ini, 1, options, NOTHING);
        RawClient console = RawClient.login(console(port))) {
      program.awaitLine("process up");
      console.query("SHOW VERSION");
      program.signal("QUIT");
      assertThat(program.awaitEnd()).isEqualTo(3);
      assertThat(pid).exists();
    }
    try (Program program = Program.run(ini, 1, options, NOTHING)) {
      program.awaitLine("process up");
      assertThat(Files.readString(pid).strip()).isEqualTo(Long.toString(program.pid()));
      program.signal("INT");
      assertThat(program.awaitEnd()).isZero();
    }
    assertThat(pid).doesNotExist();
  }

  @Test
  void systemd_isToldOfStartReloadAndStop() throws Exception {
    Path socket = directory.resolve("notify");
    Path ini = ini("notify", Ports.free(), "unix_socket_dir =");
    try (DatagramSink manager = DatagramSink.at(socket);
        Program program =
            Program.run(ini, 1, List.of(), Map.of("NOTIFY_SOCKET", socket.toString()))) {
      assertThat(manager.await("READY=1")).contains("MAINPID=" + program.pid());
      program.signal("HUP");
      assertThat(manager.await("RELOADING=1")).contains("MONOTONIC_USEC=");
      program.signal("TERM");
      manager.await("STOPPING=1");
      assertThat(program.awaitEnd()).isZero();
    }
  }

  @Test
  void systemd_socketsItHasOpened_areServed() throws Exception {
    String activate = Tool.installed("systemd-socket-activate").program().toString();
    int port = Ports.free();
    Path unix = directory.resolve(".s.PGSQL." + port);
    Path ini = ini("passed", port, "unix_socket_dir = " + directory);
    List<String> before = List.of(activate, "-l", "127.0.0.1:" + port, "-l", unix.toString());
    try (Program program = Program.begin(ini, before)) {
      Await.until(
          Duration.ofSeconds(30), "it listens", () -> Files.exists(unix) && program.isAlive());
      try (RawClient console = RawClient.login(console(port))) { // which starts it
        assertThat(console.query("SHOW VERSION").value()).startsWith("PgBouncer ");
      }
      assertThat(program.lines()).anyMatch(line -> line.contains("listening on unix:"));
      Tool psql = Tool.installed("psql");
      assertThat(
              psql.run(
                  new Endpoint(directory.toString(), port, "root", "r", "pgbouncer"),
                  "-XAt",
                  "-d",
                  "pgbouncer",
                  "-c",
                  "SHOW VERSION"))
          .startsWith("PgBouncer ");
    }
  }

  @Test
  void reusePort_twoProcesses_shareIt() throws Exception {
    int port = Ports.free();
    String more = "so_reuseport = 1\nunix_socket_dir =\n";
    try (Program first = Program.run(ini("first", port, more + databases()), 1);
        Program second = Program.run(ini("second", port, more + databases()), 1)) {
      assertThat(List.of(first.port(0), second.port(0))).containsOnly(port);
      first.signal("INT");
      assertThat(first.awaitEnd()).isZero();
      Endpoint app = Postgres.shared().app().onPort(port);
      try (RawClient client = RawClient.login(app)) {
        assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      }
    }
  }

  @Test
  void syslog_getsTheLines() throws Exception {
    Path socket = directory.resolve("log");
    Path yaml =
        Files.writeString(
            directory.resolve("trunkline.yml"),
            """
            listeners: [{ address: 127.0.0.1, port: 0 }]
            clusters: { main: { members: ['127.0.0.1:%d'], probe: { method: none } } }
            users: { app: { password: app } }
            log:
              connections: true
              syslog: { enabled: true, socket: '%s', facility: local3, ident: pooler }
            """
                .formatted(Postgres.shared().app().port(), socket));
    try (DatagramSink syslog = DatagramSink.at(socket);
        Program program = Program.run(yaml, 1)) {
      assertThat(syslog.await("listening on /127.0.0.1"))
          .matches(
              "<158>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d pooler\\[%d]: listening on .*"
                  .formatted(program.pid()));
    }
  }

  @Test
  void unixSocket_hasTheModeAndGroupOfTheFile_andNoOtherFileStays() throws Exception {
    Path sockets = Files.createDirectory(directory.resolve("sockets"));
    String group = Files.readAttributes(sockets, PosixFileAttributes.class).group().getName();
    String more =
        "unix_socket_dir = %s\nunix_socket_mode = 0750\nunix_socket_group = %s"
            .formatted(sockets, group);
    int port = Ports.free();
    try (Program program = Program.run(ini("mode", port, more), 1)) {
      program.awaitLine("process up");
      Path socket = sockets.resolve(".s.PGSQL." + port);
      PosixFileAttributes found = Files.readAttributes(socket, PosixFileAttributes.class);
      assertThat(PosixFilePermissions.toString(found.permissions())).isEqualTo("rwxr-x---");
      assertThat(found.group().getName()).isEqualTo(group);
      assertThat(sockets).isDirectoryContaining(socket::equals);
      assertThat(sockets.toFile().list()).hasSize(1);
      program.signal("INT");
      assertThat(program.awaitEnd()).isZero();
      assertThat(sockets).isEmptyDirectory();
    }
  }

  @Test
  void unixSocket_groupThatIsNone_isNamed_andNothingStays() throws Exception {
    Path sockets = Files.createDirectory(directory.resolve("sockets"));
    String more = "unix_socket_dir = %s\nunix_socket_group = no-such-group".formatted(sockets);
    try (Program program = Program.begin(ini("group", Ports.free(), more))) {
      assertThat(program.awaitEnd()).isEqualTo(1);
      assertThat(program.lines())
          .anyMatch(line -> line.contains("there is no group 'no-such-group'"));
      assertThat(sockets).isEmptyDirectory();
    }
  }

  @Test
  void abstractSocket_isServed() throws Exception {
    Tool psql = Tool.installed("psql");
    int port = Ports.free();
    String name = "@trunkline-test-" + port;
    String more =
        "unix_socket_dir = %s\ntcp_keepidle = 30\ntcp_user_timeout = 9000".formatted(name);
    try (Program _ = Program.run(ini("abstract", port, more), 1)) {
      assertThat(
              psql.run(
                  new Endpoint(name, port, "root", "r", "pgbouncer"),
                  "-XAt",
                  "-d",
                  "pgbouncer",
                  "-c",
                  "SHOW VERSION"))
          .startsWith("PgBouncer ");
    }
  }
}
