package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One process follows another under the eyes of clients, by `-R` and by hand.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OnlineRestartIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private int port;

  @BeforeEach
  void choosePort() throws IOException {
    port = Ports.free();
  }

  private Path ini(String more) throws IOException {
    Path users =
        Files.writeString(directory.resolve("users.txt"), "\"app\" \"app\"\n\"root\" \"r\"\n");
    return Files.writeString(
        directory.resolve("pooler.ini"),
        """
        [databases]
        app = host=127.0.0.1 port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        auth_type = scram-sha-256
        auth_file = %s
        admin_users = root
        pool_mode = transaction
        pidfile = %s
        unix_socket_dir = %s
        %s
        """
            .formatted(Postgres.shared().app().port(), port, users, pidFile(), directory, more));
  }

  private Path pidFile() {
    return directory.resolve("pid");
  }

  private Path socket() {
    return directory.resolve(".s.PGSQL." + port);
  }

  private String pid() throws IOException {
    return Files.readString(pidFile()).strip();
  }

  private Endpoint app() {
    return Postgres.shared().app().onPort(port);
  }

  private String overUnix(String sql) throws Exception {
    Endpoint there = new Endpoint(directory.toString(), port, "app", "app", "app");
    return Tool.installed("psql").run(there, "-XAt", "-d", "app", "-c", sql);
  }

  @Test
  void reboot_withClients_neitherRefusesNorCutsAnybody() throws Exception {
    Path ini = ini("so_reuseport = 1");
    try (Program first = Program.run(ini, 1);
        Newcomers newcomers = new Newcomers(app())) {
      RawClient stays = RawClient.login(app());
      stays.query("BEGIN");
      newcomers.awaitMore();
      try (Program second = Program.begin(ini, "-R")) {
        second.awaitLine("took over from process " + first.pid());
        second.awaitLine("process up");
        first.awaitLine("stopping when the last client has left");
        assertThat(pid()).isEqualTo(Long.toString(second.pid()));
        newcomers.awaitMore();
        assertThat(overUnix("SELECT 7").strip()).isEqualTo("7");
        assertThat(stays.query("SELECT 1").value()).isEqualTo("1");
        stays.query("COMMIT");
        stays.close();
        assertThat(first.awaitEnd()).isZero();

        assertThat(pid()).isEqualTo(Long.toString(second.pid()));
        assertThat(overUnix("SELECT 8").strip()).isEqualTo("8");
        newcomers.awaitMore();
        newcomers.leave();
        assertThat(newcomers.failure()).isNull();
        second.signal("INT");
        assertThat(second.awaitEnd()).isZero();
        assertThat(pidFile()).doesNotExist();
        assertThat(socket()).doesNotExist();
      }
    }
  }

  @Test
  void reboot_whereNobodyServes_startsAsUsual() throws Exception {
    Path ini = ini("so_reuseport = 1");
    Files.writeString(pidFile(), "999999999\n");
    try (Program only = Program.begin(ini, "--reboot")) {
      only.awaitLine("process up");
      assertThat(pid()).isEqualTo(Long.toString(only.pid()));
    }
  }

  @Test
  void reboot_withoutReusePort_fails_andLeavesTheFirstAsItWas() throws Exception {
    Path ini = ini("");
    try (Program first = Program.run(ini, 1)) {
      try (Program second = Program.begin(ini, "-R")) {
        second.awaitLine("to share it, both processes need SO_REUSEPORT");
        assertThat(second.awaitEnd()).isEqualTo(1);
      }
      assertThat(pid()).isEqualTo(Long.toString(first.pid()));
      assertThat(overUnix("SELECT 1").strip()).isEqualTo("1");
      try (RawClient client = RawClient.login(app())) {
        assertThat(client.query("SELECT 2").value()).isEqualTo("2");
      }
    }
  }

  /// A process id may have gone to another process since, which must not get a signal.
  @Test
  void reboot_pidOfSomethingElse_isRefused_andThatLives() throws Exception {
    Path ini = ini("so_reuseport = 1");
    Process stranger = new ProcessBuilder("cat").start();
    Files.writeString(pidFile(), stranger.pid() + "\n");
    try (Program program = Program.begin(ini, "-R")) {
      program.awaitLine("names a process that is not Trunkline's: " + stranger.pid());
      assertThat(program.awaitEnd()).isEqualTo(1);
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void killed_theNextOneStartsOverItsFiles() throws Exception {
    Path ini = ini("");
    try (Program first = Program.run(ini, 1)) {
      first.signal("KILL");
      first.awaitEnd();
    }
    assertThat(socket()).exists();
    assertThat(pidFile()).exists();
    try (Program second = Program.run(ini, 1)) {
      second.awaitLine("process up");
      assertThat(pid()).isEqualTo(Long.toString(second.pid()));
      assertThat(overUnix("SELECT 1").strip()).isEqualTo("1");
    }
  }

  /// Clients that come one after the other, ask once and go. One of all may have to come twice: it
  /// was there when its listener closed and had not been accepted yet, and Linux moves it to the
  /// other listener only if `net.ipv4.tcp_migrate_req` is set (ip-sysctl). Nobody may be refused.
  private static final class Newcomers implements AutoCloseable {
    private final Endpoint where;
    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread;
    private boolean resetOnce;

    Newcomers(Endpoint where) {
      this.where = where;
      this.thread = Thread.ofVirtual().start(this::come);
    }

    private void come() {
      while (!enough.get() && failure.get() == null) {
        try (RawClient client = RawClient.login(where)) {
          assertThat(client.query("SELECT 1").value()).isEqualTo("1");
          served.incrementAndGet();
        } catch (ConnectException refused) {
          failure.set(refused);
        } catch (Exception e) {
          if (resetOnce) {
            failure.set(e);
          }
          resetOnce = true;
        }
      }
    }

    void awaitMore() {
      int before = served.get();
      Await.until(
          SOON, "more are served", () -> served.get() > before + 20 || failure.get() != null);
      assertThat(failure.get()).isNull();
    }

    @Nullable Exception failure() {
      return failure.get();
    }

    void leave() throws InterruptedException {
      close();
      thread.join();
    }

    @Override
    public void close() {
      enough.set(true);
    }
  }
}
