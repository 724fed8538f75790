package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `SET` does to what the pooler itself is in the middle of, with Debian's PgBouncer (1.18)
/// and with Trunkline. Each test begins with a timeout that it could not wait for.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttemptsUnderWayIT {
  private static final Duration SOON = Duration.ofSeconds(20);

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

  private RawClient console(Side side) throws IOException {
    return RawClient.login(pair.at(side, "root", "pgbouncer")).patience(SOON);
  }

  /// A database whose server is one of the test's own.
  private void database(Side side, ServerSocket server) throws IOException {
    Path ini = pair.ini(side);
    String entry = "silent = host=127.0.0.1 port=%d\n\n[users]".formatted(server.getLocalPort());
    Files.writeString(ini, Files.readString(ini).replace("[users]", entry));
    pair.command(side, "RELOAD");
  }

  /// A client that waits for a server until it is closed.
  private RawClient waitsAt(Side side) throws IOException {
    RawClient client = RawClient.open(pair.at(side, "app", "silent")).patience(SOON);
    Thread.ofVirtual()
        .start(() -> {
          try {
            client.logIn(Frontend.V3_0, Map.of());
          } catch (IOException expected) { // closed by its test
            client.note("left");
          }
        });
    return client;
  }

  /// The system answers for this server, which itself says nothing.
  @ParameterizedTest
  @EnumSource
  void serverConnectTimeout_endsTheLoginUnderWay(Side side) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      database(side, silent);
      pair.command(side, "SET server_connect_timeout = 600");
      silent.setSoTimeout((int) SOON.toMillis());
      try (RawClient _ = waitsAt(side);
          Socket attempt = silent.accept()) {
        attempt.setSoTimeout((int) SOON.toMillis());
        assertThat(attempt.getInputStream().read()).as("it has begun").isNotNegative();
        pair.command(side, "SET server_connect_timeout = 1");
        assertThat(closes(attempt)).isTrue();
      }
    }
  }

  /// Whether a table has a row where the column is more than nothing.
  private boolean shows(Side side, String table, String column) throws IOException {
    return pair.show(side, table).records().stream().anyMatch(row -> !row.get(column).equals("0"));
  }

  private static boolean closes(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
      return true;
    } catch (SocketException reset) { // the same, said in another way
      return true;
    }
  }

  /// Nobody takes connections any more: the system leaves those that come then without an answer.
  @ParameterizedTest
  @EnumSource
  void serverConnectTimeout_endsTheConnectingUnderWay(Side side) throws Exception {
    List<Socket> crowd = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 2; i++) { // the one that listen(2) has room for, and one beyond
        crowd.add(new Socket(full.getInetAddress(), full.getLocalPort()));
      }
      database(side, full);
      pair.command(side, "SET server_connect_timeout = 600");
      pair.command(side, "SET server_login_retry = 1");
      String before = pair.log(side);
      String words = side == Side.OURS ? "no login within" : "connect timeout";
      try (RawClient _ = waitsAt(side)) {
        Await.until(SOON, "it connects", () -> shows(side, "POOLS", "sv_login"));
        pair.command(side, "SET server_connect_timeout = 1");
        Await.until(SOON, words, () -> pair.log(side).substring(before.length()).contains(words));
      }
    } finally {
      for (Socket one : crowd) {
        one.close();
      }
    }
  }

  /// A client that takes nothing keeps SUSPEND waiting.
  @ParameterizedTest
  @EnumSource
  void suspendTimeout_endsTheSuspendUnderWay(Side side) throws Exception {
    pair.command(side, "SET suspend_timeout = 600");
    try (RawClient stuck = RawClient.login(pair.at(side, "app", "app")).patience(SOON);
        RawClient suspends = console(side);
        RawClient console = console(side)) {
      stuck.send(Frontend.query("SELECT repeat('x', 1000) FROM generate_series(1, 100000)"));
      Await.until(SOON, "it is stuck", () -> shows(side, "SOCKETS", "send_avail"));
      suspends.send(Frontend.query("SUSPEND"));
      assertThat(suspends.poll(Duration.ofSeconds(1))).isEmpty();
      assertThat(console.query("SET suspend_timeout = 1").sqlState()).isEqualTo("00000");
      assertThat(suspends.receive().tag()).isEqualTo('C');
      stuck.receiveUntilClosed();
    }
  }
}
