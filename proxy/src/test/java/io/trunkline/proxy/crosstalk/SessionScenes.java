package io.trunkline.proxy.crosstalk;

import static io.trunkline.proxy.rig.Frontend.query;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// State that lives in a server process: it must stay with its guest for as long as it exists.
final class SessionScenes {
  /// All that may be left in a session, in one row of zeros.
  private static final String LEFTOVERS =
      "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
          + " AND pid = pg_backend_pid()), (SELECT count(*) FROM pg_cursors),"
          + " (SELECT count(*) FROM pg_prepared_statements WHERE from_sql),"
          + " (SELECT count(*) FROM pg_listening_channels()),"
          + " (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema())";

  private SessionScenes() {}

  static void addTo(Scenes scenes) {
    scenes
        .add(6, "no leftovers", SessionScenes::noLeftovers)
        .add(2, "temporary table", SessionScenes::temporaryTable)
        .add(2, "advisory lock", SessionScenes::advisoryLock)
        .add(2, "cursor with hold", SessionScenes::cursor)
        .add(2, "sql prepare", SessionScenes::sqlPrepare)
        .add(2, "listen", SessionScenes::listen)
        .add(4, "notify others", SessionScenes::notifyOthers)
        .add(1, "several at once", SessionScenes::several);
  }

  static void noLeftovers(Guest guest) throws IOException {
    Answer answer = guest.query(LEFTOVERS);
    guest.expect(answer.rows(), List.of(List.of("0", "0", "0", "0", "0")), answer);
  }

  /// Something else in between, so that the server could have changed.
  private static void meanwhile(Guest guest) throws IOException {
    for (int i = guest.random().nextInt(3); i > 0; i--) {
      SettingScenes.rollCall(guest);
    }
  }

  private static void temporaryTable(Guest guest) throws IOException {
    String tag = guest.next();
    guest.query("CREATE TEMP TABLE scratch AS SELECT '%s'::text AS tag".formatted(tag));
    meanwhile(guest);
    Answer answer = guest.query("SELECT tag FROM scratch");
    guest.expect(answer.value(), tag, answer);
    guest.query("DROP TABLE scratch");
  }

  private static void advisoryLock(Guest guest) throws IOException {
    String key = "(%d, %d)".formatted(guest.id(), guest.generation());
    guest.query("SELECT pg_advisory_lock" + key);
    meanwhile(guest);
    Answer unlocked = guest.query("SELECT pg_advisory_unlock" + key);
    guest.expect(unlocked.value(), "t", unlocked);
  }

  private static void cursor(Guest guest) throws IOException {
    String tag = guest.next();
    guest.query(
        "DECLARE kept CURSOR WITH HOLD FOR SELECT '%s/' || n FROM generate_series(1, 9) n"
            .formatted(tag));
    for (int n = 1; n < 9; n += 4) {
      meanwhile(guest);
      Answer answer = guest.query("FETCH 2 FROM kept; MOVE 2 IN kept");
      guest.expect(answer.column(), List.of(tag + "/" + n, tag + "/" + (n + 1)), answer);
    }
    guest.query("CLOSE kept");
  }

  private static void sqlPrepare(Guest guest) throws IOException {
    String tag = guest.next();
    guest.query("PREPARE plan (text) AS SELECT '%s' || $1".formatted(tag));
    meanwhile(guest);
    Answer answer = guest.query("EXECUTE plan('x')");
    guest.expect(answer.value(), tag + "x", answer);
    guest.query("DEALLOCATE plan");
  }

  private static void listen(Guest guest) throws IOException {
    String channel = "guest_" + guest.id();
    guest.listening(channel);
    guest.query("LISTEN " + channel);
    meanwhile(guest);
    String tag = guest.next();
    Answer own = guest.query("NOTIFY %s, '%s'".formatted(channel, tag));
    guest.check(own.notifications().contains(channel + ":" + tag), "own notification", own);
    Optional<Message> other = guest.client().poll(Duration.ofMillis(1));
    if (other.isPresent()) {
      guest.look(other.get());
      guest.expect(other.get().tag(), 'A', other);
    }
    guest.query("UNLISTEN " + (guest.chance(0.5) ? "*" : channel));
    guest.listening(null);
  }

  /// Whether they listen or not.
  private static void notifyOthers(Guest guest) throws IOException {
    int other = guest.random().nextInt(guest.id() + 20);
    guest.query("SELECT pg_notify('guest_%d', 'from %d')".formatted(other, guest.id()));
  }

  private static void several(Guest guest) throws IOException {
    String tag = guest.next();
    guest.query("CREATE TEMP TABLE scratch AS SELECT '%s'::text AS tag".formatted(tag));
    advisoryLock(guest);
    Answer failed = guest.ask(query("SELECT 1/0"));
    guest.expect(failed.sqlState(), "22012", failed);
    sqlPrepare(guest);
    Answer answer = guest.query("SELECT tag FROM scratch");
    guest.expect(answer.value(), tag, answer);
    guest.query("DROP TABLE scratch");
    noLeftovers(guest);
  }
}
