package io.trunkline.proxy.crosstalk;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.copyData;
import static io.trunkline.proxy.rig.Frontend.copyDone;
import static io.trunkline.proxy.rig.Frontend.copyFail;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Message;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Transactions, errors, portals and COPY, each with data nobody else has.
final class DataScenes {
  static final String KEPT = "INSERT INTO public.ledger VALUES ('%s', 'kept')";
  static final String NEVER = "INSERT INTO public.ledger VALUES ('%s', 'never')";
  private static final String COPY_IN = "COPY public.parcels FROM STDIN";

  private DataScenes() {}

  static void addTo(Scenes scenes) {
    scenes
        .add(10, "simple query", DataScenes::simple)
        .add(4, "several queries in one write", DataScenes::several)
        .add(4, "commit", DataScenes::commit)
        .add(3, "rollback", DataScenes::rollback)
        .add(3, "failed transaction", DataScenes::failedTransaction)
        .add(2, "error", DataScenes::error)
        .add(2, "portal", DataScenes::portal)
        .add(2, "copy in", DataScenes::copyIn)
        .add(1, "copy given up", DataScenes::copyGivenUp)
        .add(1, "copy failed", DataScenes::copyFailed)
        .add(2, "copy out", DataScenes::copyOut)
        .add(1, "large result", DataScenes::largeResult);
  }

  private static void simple(Guest guest) throws IOException {
    String tag = guest.next();
    Answer answer = guest.query("SELECT '%s', n FROM generate_series(1, 3) n".formatted(tag));
    guest.expect(answer.column(), List.of(tag, tag, tag), answer);
  }

  private static void several(Guest guest) throws IOException {
    String tag = guest.next();
    int count = 2 + guest.random().nextInt(8);
    byte[][] all = new byte[count][];
    for (int i = 0; i < count; i++) {
      all[i] = query(i % 4 == 3 ? "SELECT 1/0" : "SELECT '%s/%d'".formatted(tag, i));
    }
    guest.client().send(all);
    for (int i = 0; i < count; i++) {
      Answer answer = guest.read();
      guest.expect(answer.sqlState(), i % 4 == 3 ? "22012" : "00000", answer);
      guest.expect(answer.column(), i % 4 == 3 ? List.of() : List.of(tag + "/" + i), answer);
    }
  }

  private static void commit(Guest guest) throws IOException {
    String tag = guest.next();
    guest.query("BEGIN");
    guest.query(KEPT.formatted(tag));
    SettingScenes.rollCall(guest);
    Answer seen = guest.query("SELECT tag FROM public.ledger WHERE tag = '%s'".formatted(tag));
    guest.expect(seen.value(), tag, seen);
    guest.tally().count("commit asked");
    guest.query("COMMIT");
    guest.tally().count("commit confirmed");
  }

  private static void rollback(Guest guest) throws IOException {
    guest.query("BEGIN");
    guest.query(NEVER.formatted(guest.next()));
    SettingScenes.rollCall(guest);
    guest.query("ROLLBACK");
  }

  private static void failedTransaction(Guest guest) throws IOException {
    guest.query("BEGIN");
    guest.query(NEVER.formatted(guest.next()));
    Answer failed = guest.ask(parse("", "SELECT 1/0"), bind("", ""), execute("", 0), sync());
    guest.expect(failed.sqlState(), "22012", failed);
    guest.expect(failed.status(), 'E', failed);
    Answer ignored = guest.ask(query("SELECT 1"));
    guest.expect(ignored.sqlState(), "25P02", ignored);
    Answer ended = guest.query("COMMIT");
    guest.expect(ended.commandTags(), List.of("ROLLBACK"), ended);
  }

  private static void error(Guest guest) throws IOException {
    String tag = guest.next();
    Answer raised =
        guest.ask(query("DO $$BEGIN RAISE NOTICE '%s'; RAISE '%s'; END$$".formatted(tag, tag)));
    List<String> texts =
        raised.messages().stream()
            .filter(message -> message.tag() == 'N' || message.isError())
            .map(message -> message.fields().get('M'))
            .toList();
    guest.expect(texts, List.of(tag, tag), raised);
  }

  private static void portal(Guest guest) throws IOException {
    String tag = guest.next();
    String sql = "SELECT '%s/' || n FROM generate_series(1, 5) n".formatted(tag);
    guest.query("BEGIN");
    Answer first = guest.sync(parse("", sql), bind("door", ""), execute("door", 2));
    guest.expect(first.column(), List.of(tag + "/1", tag + "/2"), first);
    SettingScenes.rollCall(guest);
    Answer rest = guest.sync(execute("door", 0));
    guest.expect(rest.column(), List.of(tag + "/3", tag + "/4", tag + "/5"), rest);
    guest.query("COMMIT");
  }

  private static String rows(String tag, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> tag + "\t" + n + "\n")
        .collect(Collectors.joining());
  }

  private static void copyIn(Guest guest) throws IOException {
    String tag = guest.next();
    int count = 1 + guest.random().nextInt(2000);
    guest.client().send(query(COPY_IN));
    String rows = rows(tag, count);
    int half = rows.length() / 2;
    guest.client().send(copyData(rows.substring(0, half)));
    guest.client().send(copyData(rows.substring(half)), copyDone());
    Answer answer = guest.read();
    guest.expect(answer.commandTags(), List.of("COPY " + count), answer);
    Answer gone = guest.query("DELETE FROM public.parcels WHERE tag = '%s'".formatted(tag));
    guest.expect(gone.commandTags(), List.of("DELETE " + count), gone);
  }

  private static void copyGivenUp(Guest guest) throws IOException {
    String tag = guest.next();
    Answer answer = guest.ask(query(COPY_IN), copyData(rows(tag, 10)), copyFail(tag));
    guest.expect(answer.sqlState(), "57014", answer);
    guest.check(answer.error().orElseThrow().toString().contains(tag), "own reason", answer);
  }

  /// The client goes on sending after the error, and at once asks the next thing.
  private static void copyFailed(Guest guest) throws IOException {
    String tag = guest.next();
    byte[] bad = copyData(tag + "\tmany\n");
    byte[] more = copyData(rows(tag, 100));
    guest.client().send(query(COPY_IN), bad, more, more);
    Answer failed = guest.read();
    guest.expect(failed.sqlState(), "22P02", failed);
    guest.client().send(more, copyDone(), query("SELECT '%s'".formatted(tag)));
    Answer answer = guest.read();
    guest.expect(answer.value(), tag, answer);
  }

  private static void copyOut(Guest guest) throws IOException {
    String tag = guest.next();
    int count = guest.random().nextInt(500);
    Answer answer =
        guest.query(
            "COPY (SELECT '%s' FROM generate_series(1, %d)) TO STDOUT".formatted(tag, count));
    List<Message> lines = answer.messages().stream().filter(m -> m.tag() == 'd').toList();
    guest.expect(lines.size(), count, answer);
    byte[] expected = (tag + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    lines.forEach(
        line -> guest.check(java.util.Arrays.equals(line.body(), expected), "own lines", line));
  }

  private static void largeResult(Guest guest) throws IOException {
    String tag = guest.next();
    Answer answer = guest.query("SELECT repeat('%s ', 20000)".formatted(tag));
    guest.expect(answer.value(), (tag + " ").repeat(20_000), tag);
  }
}
