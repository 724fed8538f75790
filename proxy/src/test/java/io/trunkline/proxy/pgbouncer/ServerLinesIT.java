package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Why server connections end, in the log files of Debian's PgBouncer (1.18) and of Trunkline.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServerLinesIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Pattern CLOSING =
      Pattern.compile("LOG S-0x[0-9a-f]+: app/app@\\S+ closing because: (.*) \\(age=\\d+s\\)");

  @TempDir private Path directory;

  /// What ends the one idle connection, or the one that is used, of the database `app`.
  private interface Event {
    void happen(RawClient console, RawClient client) throws IOException;
  }

  private static final Map<String, Event> EVENTS = new LinkedHashMap<>();

  static {
    EVENTS.put("idle", (console, _) -> set(console, "server_idle_timeout", "1", "600"));
    EVENTS.put("old", (console, _) -> set(console, "server_lifetime", "1", "3600"));
    EVENTS.put("used", (console, _) -> set(console, "server_lifetime", "0", "3600"));
    EVENTS.put("reconnect", (console, _) -> console.query("RECONNECT"));
    EVENTS.put(
        "gone",
        (_, client) -> {
          client.query("BEGIN");
          client.close();
        });
    EVENTS.put(
        "lost",
        (_, client) -> {
          String pid = client.query("SELECT pg_backend_pid()").value();
          Postgres.shared().value("SELECT pg_terminate_backend(" + pid + ")");
        });
    EVENTS.put(
        "lost in a block",
        (_, client) -> {
          client.query("BEGIN");
          String pid = client.query("SELECT pg_backend_pid()").value();
          Postgres.shared().value("SELECT pg_terminate_backend(" + pid + ")");
        });
    EVENTS.put(
        "killed",
        (console, _) -> {
          console.query("KILL app");
          console.query("RESUME app");
        });
  }

  /// Until a connection has closed for it, and back again.
  private static void set(RawClient console, String option, String now, String later)
      throws IOException {
    console.query("SET %s = %s".formatted(option, now));
    Await.until(SOON, "closed", () -> console.query("SHOW SERVERS").rows().isEmpty());
    console.query("SET %s = %s".formatted(option, later));
  }

  private static List<String> reasons(Pair pair, Side side) throws IOException {
    return CLOSING.matcher(pair.log(side)).results().map((MatchResult it) -> it.group(1)).toList();
  }

  private static Map<String, String> reasonsByEvent(Pair pair, Side side) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    for (Map.Entry<String, Event> event : EVENTS.entrySet()) {
      int before = reasons(pair, side).size();
      try (RawClient console = RawClient.login(pair.at(side, "root", "pgbouncer"));
          RawClient client = RawClient.login(pair.at(side, "app", "app"))) {
        client.query("SELECT 1");
        event.getValue().happen(console, client);
        Await.until(SOON, event.getKey(), () -> reasons(pair, side).size() > before);
      }
      all.put(event.getKey(), reasons(pair, side).get(before));
    }
    return all;
  }

  @Test
  void serverConnections_endForReasonsInTheSameWords() throws Exception {
    try (Pair pair = Pair.start(directory, "")) {
      Map<String, String> theirs = reasonsByEvent(pair, Side.THEIRS);
      theirs.replace("gone", "unclean server", "client disconnect while server was not ready");
      Map<String, String> ours = reasonsByEvent(pair, Side.OURS);
      assertThat(ours.get("lost")).contains("57P01 terminating connection");
      ours.replaceAll((_, reason) -> reason.replaceFirst(" \\(.*\\)$", "")); // last words, ours
      assertThat(ours).isEqualTo(theirs);
    }
  }
}
