package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the options `tcp_*` make of sockets, as the kernel says it (`ss`), beside Debian's
/// PgBouncer.
class TcpOptionsIT extends OnPair {
  private static final String OPTIONS =
      """
      tcp_keepalive = 1
      tcp_keepidle = 600
      tcp_keepintvl = 30
      tcp_keepcnt = 5
      tcp_socket_buffer = 50000
      tcp_defer_accept = 30
      """;

  TcpOptionsIT() {
    super(OPTIONS);
  }

  @BeforeAll
  static void needTool() {
    Tool.installed("ss");
  }

  /// What the kernel says of sockets in a state.
  ///
  /// @param which a filter of `ss`
  private static List<String> sockets(String state, String which) throws Exception {
    Process process =
        new ProcessBuilder(
                Tool.installed("ss").program().toString(), "-HOtnom", "state", state, which)
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as("%s", lines).isZero();
    return lines;
  }

  private static void isAsGiven(String which) throws Exception {
    isKeptAlive(which, 1, "9min|10min");
    assertThat(sockets("established", which))
        .singleElement()
        .asString()
        .contains("rb100000", "tb100000"); // the kernel doubles what it is asked for
  }

  /// The timer is another one as long as something is on its way.
  private static void isKeptAlive(String which, int count, String next) throws Exception {
    Pattern timer = Pattern.compile("timer:\\(keepalive,(%s)".formatted(next));
    Await.until(
        SOON,
        "each of them is asked next in " + next,
        () -> {
          List<String> lines = sockets("established", which);
          return lines.size() == count && lines.stream().allMatch(timer.asPredicate());
        });
  }

  @ParameterizedTest
  @EnumSource
  void clientsSocket_isKeptAliveWithBuffersAsGiven(Side side) throws Exception {
    try (RawClient client = app(side)) {
      client.query("SELECT 1");
      isAsGiven("sport = :" + pair.port(side));
    }
  }

  @ParameterizedTest
  @EnumSource
  void serversSocket_isKeptAliveWithBuffersAsGiven(Side side) throws Exception {
    try (RawClient client = app(side)) {
      String port = client.query("SELECT inet_client_port()").value();
      isAsGiven("sport = :" + port);
    }
  }

  @ParameterizedTest
  @EnumSource
  void deferAccept_silentClient_isLeftToTheKernel(Side side) throws Exception {
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), pair.port(side))) {
      String which =
          "dport = :%d and sport = :%d".formatted(silent.getLocalPort(), pair.port(side));
      Await.until(SOON, "it is there", () -> !sockets("syn-recv", which).isEmpty());
      assertThat(sockets("established", which)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void set_changesNewSockets(Side side) throws Exception {
    pair.command(side, "SET tcp_keepidle = 1200");
    pair.command(side, "SET tcp_defer_accept = 0");
    pair.command(side, "RECONNECT");
    try (RawClient client = app(side);
        Socket _ = new Socket(InetAddress.getLoopbackAddress(), pair.port(side))) {
      String port = client.query("SELECT inet_client_port()").value();
      isKeptAlive("sport = :" + port, 1, "19min|20min");
      isKeptAlive("sport = :" + pair.port(side), 2, "19min|20min");
    }
  }
}
