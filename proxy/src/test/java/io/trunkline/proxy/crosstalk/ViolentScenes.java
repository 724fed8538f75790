package io.trunkline.proxy.crosstalk;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.copyData;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cancels at any moment and clients that are gone in the middle of anything.
final class ViolentScenes {
  private ViolentScenes() {}

  static void addTo(Scenes scenes) {
    scenes
        .add(3, "cancel", ViolentScenes::cancel)
        .add(2, "cancel in a transaction", ViolentScenes::cancelInTransaction)
        .add(2, "cancel while idle", ViolentScenes::cancelWhileIdle)
        .add(1, "cancel with a wrong key", ViolentScenes::cancelWithWrongKey)
        .add(1, "cancel a pipeline", ViolentScenes::cancelPipeline)
        .add(1, "goodbye", ViolentScenes::goodbye)
        .add(1, "vanish in a query", g -> vanish(g, query("SELECT pg_sleep(30)")))
        .add(1, "vanish in a transaction", ViolentScenes::vanishInTransaction)
        .add(1, "vanish with state", ViolentScenes::vanishWithState)
        .add(1, "vanish in copy", ViolentScenes::vanishInCopy)
        .add(1, "vanish in a result", g -> vanish(g, query(large())))
        .add(1, "vanish in a message", ViolentScenes::vanishInMessage)
        .add(1, "vanish in a pipeline", ViolentScenes::vanishInPipeline);
  }

  /// Short enough to end by itself, or long enough for the cancel to hit.
  private static String sleep(Guest guest, String tag) {
    int millis = guest.chance(0.5) ? guest.random().nextInt(150) : 2_000;
    return "SELECT '%s' FROM pg_sleep(%d / 1000.0)".formatted(tag, millis);
  }

  private static String large() {
    return "SELECT repeat('x', 1000) FROM generate_series(1, 20000)";
  }

  /// Reads for a random moment, then sends the cancel request; answers what was read so far.
  private static List<Message> cancelSoon(Guest guest) throws IOException {
    List<Message> early = new ArrayList<>();
    Optional<Message> message = guest.client().poll(moment(guest));
    message.ifPresent(early::add);
    guest.cancelling();
    guest.client().cancel();
    guest.cancelled();
    return early;
  }

  private static Duration moment(Guest guest) {
    return Duration.ofMillis(guest.random().nextInt(100));
  }

  private static Answer rest(Guest guest, List<Message> early) throws IOException {
    List<Message> all = new ArrayList<>(early);
    all.addAll(guest.read().messages());
    return new Answer(all);
  }

  private static void verify(Guest guest, String tag, Answer answer) {
    if (answer.error().isPresent()) {
      guest.expect(answer.sqlState(), "57014", answer);
      guest.tally().count("cancel has hit");
    } else {
      guest.expect(answer.value(), tag, answer);
    }
  }

  private static void cancel(Guest guest) throws IOException {
    String tag = guest.next();
    guest.client().send(query(sleep(guest, tag)));
    verify(guest, tag, rest(guest, cancelSoon(guest)));
    settle(guest);
  }

  /// A cancel that came too late may hit what we say next, but nothing after that.
  private static void settle(Guest guest) throws IOException {
    String tag = guest.next();
    verify(guest, tag, guest.ask(query("SELECT '%s'".formatted(tag))));
    guest.settled();
  }

  private static void cancelInTransaction(Guest guest) throws IOException {
    guest.query("BEGIN");
    guest.query(DataScenes.NEVER.formatted(guest.next()));
    String tag = guest.next();
    guest.client().send(query(sleep(guest, tag)));
    Answer answer = rest(guest, cancelSoon(guest));
    verify(guest, tag, answer);
    guest.expect(answer.status(), answer.error().isPresent() ? 'E' : 'T', answer);
    Answer ended = guest.ask(query("ROLLBACK"));
    if (ended.error().isPresent()) {
      guest.expect(ended.sqlState(), "57014", ended);
      guest.ask(query("ROLLBACK"));
    }
    settle(guest);
  }

  private static void cancelWhileIdle(Guest guest) throws IOException {
    guest.cancelling();
    guest.client().cancel();
    guest.cancelled();
    settle(guest);
  }

  private static void cancelWithWrongKey(Guest guest) throws IOException {
    RawClient client = guest.client();
    byte[] key = client.cancelKey();
    key[guest.random().nextInt(key.length)] ^= (byte) (1 << guest.random().nextInt(8));
    String tag = guest.next();
    client.send(query("SELECT '%s' FROM pg_sleep(0.05)".formatted(tag)));
    client.cancel(client.pid(), key);
    Answer answer = guest.read();
    guest.expect(answer.value(), tag, answer);
  }

  private static void cancelPipeline(Guest guest) throws IOException {
    String tag = guest.next();
    String sql = "SELECT '%s' FROM pg_sleep(0.02)".formatted(tag);
    byte[] one = concat(parse("", sql), bind("", ""), execute("", 0), sync());
    guest.client().send(one, one, one);
    List<Message> early = cancelSoon(guest);
    verify(guest, tag, rest(guest, early));
    verify(guest, tag, guest.read());
    verify(guest, tag, guest.read());
    settle(guest);
  }

  private static void goodbye(Guest guest) throws IOException {
    guest.client().close();
    throw new Left("goodbye");
  }

  private static void vanish(Guest guest, byte[] saying) throws IOException {
    guest.client().send(saying);
    guest.client().poll(moment(guest));
    gone(guest);
  }

  private static void gone(Guest guest) throws IOException {
    if (guest.chance(0.5)) {
      guest.client().reset();
    } else {
      guest.client().vanish();
    }
    throw new Left("vanished");
  }

  private static void vanishInTransaction(Guest guest) throws IOException {
    guest.query("BEGIN");
    guest.query(DataScenes.NEVER.formatted(guest.next()));
    if (guest.chance(0.5)) {
      guest.client().send(query("SELECT pg_sleep(30)"));
    }
    gone(guest);
  }

  private static void vanishWithState(Guest guest) throws IOException {
    guest.query("CREATE TEMP TABLE scratch AS SELECT 'left behind' AS tag");
    guest.query("SELECT pg_advisory_lock(%d, %d)".formatted(guest.id(), guest.generation()));
    guest.query("SET app.tenant = 'left behind'");
    guest.query("PREPARE plan AS SELECT 'left behind'");
    guest.query("LISTEN left_behind");
    gone(guest);
  }

  private static void vanishInCopy(Guest guest) throws IOException {
    guest.client().send(query("COPY public.parcels FROM STDIN"));
    guest.client().send(copyData("left behind\t1\n"));
    guest.client().poll(moment(guest));
    gone(guest);
  }

  private static void vanishInMessage(Guest guest) throws IOException {
    byte[] whole = query(DataScenes.NEVER.formatted(guest.next()));
    int half = 1 + guest.random().nextInt(whole.length - 1);
    guest.client().send(java.util.Arrays.copyOf(whole, half));
    gone(guest);
  }

  private static void vanishInPipeline(Guest guest) throws IOException {
    byte[] one = concat(parse("", "SELECT pg_sleep(0.01)"), bind("", ""), execute("", 0), sync());
    byte[][] many = new byte[50][];
    java.util.Arrays.fill(many, one);
    guest.client().send(many);
    guest.client().poll(moment(guest));
    gone(guest);
  }
}
