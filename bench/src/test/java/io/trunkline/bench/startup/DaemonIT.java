package io.trunkline.bench.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trunkline.bench.startup.Checkout.Result;
import io.trunkline.embedded.Ports;
import io.trunkline.embedded.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `./trunkline -d -u USER FILE.ini`, as PgBouncer is called by root.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DaemonIT {
  private static final String SOMEBODY = "nobody";

  @TempDir private Path temporary;
  private Checkout checkout;
  private Path home;
  private int port;

  @BeforeEach
  void prepare() throws IOException {
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    checkout = new Checkout(temporary);
    checkout.installJdk();
    home = Files.createDirectory(temporary.resolve("pooler"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    port = Ports.free();
  }

  private Path ini(String more) throws IOException {
    Path users = Files.writeString(home.resolve("users.txt"), "\"root\" \"r\"\n");
    return Files.writeString(
        home.resolve("pgbouncer.ini"),
        """
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        admin_users = root
        pidfile = %s
        %s
        """
            .formatted(port, users, pid(), more));
  }

  private Path pid() {
    return home.resolve("pooler.pid");
  }

  private String log() {
    return "logfile = " + home.resolve("pooler.log");
  }

  private ProcessHandle daemon() throws IOException {
    return ProcessHandle.of(Long.parseLong(Files.readString(pid()).strip())).orElseThrow();
  }

  private static void awaitEnd(ProcessHandle daemon) {
    await().atMost(Duration.ofSeconds(20)).until(() -> !Processes.runs(daemon));
  }

  private String version() throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:%d/pgbouncer".formatted(port);
    try (Connection console = DriverManager.getConnection(url, "root", "r");
        Statement statement = console.createStatement();
        ResultSet row = statement.executeQuery("SHOW VERSION")) {
      return row.next() ? row.getString(1) : "";
    }
  }

  /// Root, and somebody else who could read what he is to run.
  private static void assumeRoot() throws IOException, InterruptedException {
    Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "needs to be root");
    Path jar = Path.of("../proxy/target/trunkline/trunkline.jar").toAbsolutePath().normalize();
    Process test =
        new ProcessBuilder(
                "setpriv", "--reuid=" + SOMEBODY, "--clear-groups", "test", "-r", "" + jar)
            .start();
    Assumptions.assumeTrue(test.waitFor() == 0, SOMEBODY + " cannot read " + jar);
  }

  @Test
  void daemon_asSomebodyElse_servesUntilItIsQuit() throws Exception {
    assumeRoot();
    Path ini = ini(log());
    Files.writeString(pid(), "2147480000\n"); // of a process that is long gone

    Result begun = checkout.run(Map.of(), "-d", "-u", SOMEBODY, ini.toString());

    assertThat(begun.err()).isEmpty();
    assertThat(begun.status()).isZero();
    ProcessHandle daemon = daemon();
    try {
      assertThat(daemon.info().user()).contains(SOMEBODY);
      assertThat(version()).startsWith("PgBouncer ");
      assertThat(Files.readString(home.resolve("pooler.log")))
          .contains("LOG process up: Trunkline");

      Result second = checkout.run(Map.of(), "-d", "-u", SOMEBODY, ini.toString());
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.err()).contains("it did not start");
      assertThat(daemon.isAlive()).isTrue();

      new ProcessBuilder("kill", "-QUIT", Long.toString(daemon.pid())).start().waitFor();
      awaitEnd(daemon);
    } finally {
      daemon.destroyForcibly();
    }
  }

  @Test
  void reboot_followsTheDaemon_whichLeaves() throws Exception {
    assumeRoot();
    String ini = ini(log() + "\nso_reuseport = 1").toString();
    assertThat(checkout.run(Map.of(), "-d", "-R", "-u", SOMEBODY, ini).status()).isZero();
    ProcessHandle first = daemon();
    ProcessHandle second = first;
    try {
      Result next = checkout.run(Map.of(), "-R", "-d", "-u", SOMEBODY, ini);
      assertThat(next.err()).isEmpty();
      second = daemon();
      assertThat(second.pid()).isNotEqualTo(first.pid());
      awaitEnd(first);
      assertThat(version()).startsWith("PgBouncer ");
      assertThat(daemon().pid()).isEqualTo(second.pid());
    } finally {
      first.destroyForcibly();
      second.destroyForcibly();
    }
  }

  @Test
  void user_ofTheFile_isWhoItRunsAs() throws Exception {
    assumeRoot();
    Path ini = ini(log() + "\nuser = " + SOMEBODY);
    assertThat(checkout.run(Map.of(), "-d", ini.toString()).status()).isZero();
    ProcessHandle daemon = daemon();
    try {
      assertThat(daemon.info().user()).contains(SOMEBODY);
      new ProcessBuilder("kill", "-INT", Long.toString(daemon.pid())).start().waitFor();
      awaitEnd(daemon);
      assertThat(pid()).doesNotExist();
    } finally {
      daemon.destroyForcibly();
    }
  }

  @Test
  void root_withoutAUser_isRefused() throws Exception {
    assumeRoot();
    Result result = checkout.run(Map.of(), "-d", ini(log()).toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("trunkline: it should not run as root");
  }

  @Test
  void daemon_withoutALogFile_isRefused() throws Exception {
    assumeRoot();
    Result result = checkout.run(Map.of(), "-d", "-u", SOMEBODY, ini("").toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("has no logfile, which -d needs");
  }
}
