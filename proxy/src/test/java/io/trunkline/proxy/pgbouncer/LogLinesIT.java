package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The log files of Debian's PgBouncer (1.18) and of Trunkline after the same clients.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LogLinesIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path directory;

  /// Somebody comes and goes, somebody is thrown out, somebody commands.
  private static void visit(Pair pair, Side side) throws IOException {
    try (RawClient app = RawClient.login(pair.at(side, "app", "app"))) {
      app.query("SELECT 1");
    }
    await(pair, side, "app/app@ADDRESS closing because: client close request");
    refuse(pair.at(side, "app", "app").as("app", "sesame"));
    await(pair, side, "pooler error: password authentication failed");
    try (RawClient root = RawClient.login(pair.at(side, "root", "pgbouncer"))) {
      root.query("RECONNECT");
      root.query("RELOAD");
      root.query("PAUSE alias");
      root.query("RESUME alias");
    }
    await(pair, side, "pgbouncer/root@ADDRESS closing because: client close request");
  }

  private static void refuse(Endpoint endpoint) throws IOException {
    try (RawClient client = RawClient.open(endpoint)) {
      client.logIn(3 << 16, Map.of());
    } catch (LoginRefused expected) {
      return;
    }
  }

  private static void await(Pair pair, Side side, String text) {
    Await.until(
        SOON,
        side + " says " + text,
        () -> lines(pair, side).stream().anyMatch(line -> line.contains(text)));
  }

  /// What a log says, without what is different each time, and without what 1.18 does not say yet.
  private static List<String> lines(Pair pair, Side side) throws IOException {
    return pair.log(side)
        .lines()
        .map(line -> line.replaceFirst("^\\S+ \\S+ UTC \\[\\d+] ", ""))
        .map(line -> line.replaceAll("-0x[0-9a-f]+: ", "-PTR: "))
        .map(line -> line.replaceAll("127\\.0\\.0\\.1:\\d+", "ADDRESS"))
        .map(line -> line.replace(" replication=no", ""))
        .map(line -> line.replaceFirst("(authentication failed) for user \"app\"", "$1"))
        .toList();
  }

  /// Those lines that both must have, each of them once.
  private static List<String> ofClients(Pair pair, Side side) throws IOException {
    return lines(pair, side).stream()
        .filter(line ->
            line.contains("login attempt")
                || line.matches("LOG C-.* closing because.*")
                || line.contains("pooler error")
                || line.contains("new connection to server"))
        .toList();
  }

  @Test
  void clients_leaveTheSameLines() throws Exception {
    try (Pair pair = Pair.start(directory, "")) {
      for (Side side : Side.values()) {
        visit(pair, side);
      }
      List<String> theirs =
          ofClients(pair, Side.THEIRS).stream()
              .filter(line -> !line.contains("(nouser)")) // whoever looked whether it listens
              .toList();
      assertThat(theirs)
          .contains(
              "LOG C-PTR: app/app@ADDRESS login attempt: db=app user=app tls=no",
              "LOG S-PTR: app/app@ADDRESS new connection to server (from ADDRESS)",
              "LOG C-PTR: app/app@ADDRESS closing because: client close request (age=0s)",
              "WARNING C-PTR: app/app@ADDRESS pooler error: password authentication failed");
      assertThat(ofClients(pair, Side.OURS)).containsExactlyInAnyOrderElementsOf(theirs);
      assertThat(pair.log(Side.OURS).lines())
          .allMatch(line -> line.matches("\\d{4}(-\\d\\d){2} [0-9:.]{12} UTC \\[\\d+] [A-Z]+ .+"));
      assertThat(lines(pair, Side.OURS))
          .anyMatch(line -> line.startsWith("LOG RELOAD command issued"))
          .anyMatch(line -> line.startsWith("LOG PAUSE 'alias' command issued"))
          .anyMatch(line -> line.startsWith("LOG S-PTR: app/app@ADDRESS closing because: "));
      assertThat(pair.log(Side.OURS)).doesNotContain("sesame");
    }
  }

  @Test
  void lines_areLeftOutAsAskedFor_andTheTrafficComesEachPeriod() throws Exception {
    String more = "log_connections = 0\nlog_disconnections = 0\nstats_period = 1\n";
    try (Pair pair = Pair.start(directory, more + "log_pooler_errors = 0")) {
      for (Side side : Side.values()) {
        try (RawClient app = RawClient.login(pair.at(side, "app", "app"))) {
          app.query("SELECT 1");
        }
        refuse(pair.at(side, "app", "app").as("app", "sesame"));
        await(pair, side, "LOG stats: ");
        assertThat(ofClients(pair, side)).as(side.name()).isEmpty();
        assertThat(lines(pair, side))
            .anyMatch(line ->
                line.replace(" 0 client parses/s, 0 server parses/s, 0 binds/s,", "")
                    .matches(
                        "LOG stats: \\d+ xacts/s, \\d+ queries/s, in \\d+ B/s, out \\d+ B/s,"
                            + " xact \\d+ us, query \\d+ us, wait \\d+ us"));
      }
    }
  }
}
