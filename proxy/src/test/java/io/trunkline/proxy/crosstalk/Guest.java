package io.trunkline.proxy.crosstalk;

import io.trunkline.proxy.crosstalk.Belongings.Prepared;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.ConnectionLost;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/// One client of many, on a thread of its own, that knows what it must see and looks hard.
///
/// Every value it asks for carries its name and a sequence number, so that an answer meant for
/// somebody else, or for an earlier question, is recognised at once.
final class Guest {
  /// Besides class 08: the server of a session, or of a transaction block, is gone.
  private static final Set<String> LOST = Set.of("57P01", "40001");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// How long after a cancel request its effect on our own next query is still fair.
  private static final long CANCEL_GRACE_NANOS = 1_000_000_000L;

  private final int id;
  private final Endpoint endpoint;
  private final Random random;
  private final Tally tally;
  private final Map<String, String> defaults;
  private RawClient client;
  private Belongings belongings;
  private String channel;
  private int generation;
  private long sequence;
  private long cancelFairUntil = Long.MIN_VALUE;

  Guest(int id, Endpoint endpoint, long seed, Tally tally, Map<String, String> defaults) {
    this.id = id;
    this.endpoint = endpoint;
    this.random = new Random(seed * 31 + id);
    this.tally = tally;
    this.defaults = defaults;
  }

  /// Plays scenes until told to stop; the first thing that is wrong goes to the tally.
  void live(Scenes scenes, Stop stop) {
    try {
      while (!stop.now() && !tally.failed()) {
        play(scenes);
      }
      if (client != null) {
        client.close();
      }
    } catch (Throwable e) { // whatever it is, the run has failed and must say why
      tally.fail(new AssertionError("guest " + id + ": " + e.getMessage() + "\n" + client, e));
    }
  }

  /// When to go home.
  interface Stop {
    boolean now();
  }

  private void play(Scenes scenes) throws IOException {
    Scenes.Named scene = scenes.any(random);
    try {
      if (client == null) {
        arrive();
      }
      client.note("== " + scene.name());
      scene.scene().play(this);
      tally.count(scene.name());
    } catch (Hurt hurt) {
      tally.count("hurt");
      gone();
    } catch (ConnectionLost lost) {
      tally.count("hurt");
      gone();
    } catch (Left expected) {
      tally.count("left");
      gone();
    }
  }

  private void gone() throws IOException {
    if (client != null) {
      client.vanish();
    }
    client = null;
    channel = null;
  }

  private void arrive() throws IOException {
    generation++;
    Map<String, String> wished = new LinkedHashMap<>();
    wished.put(Belongings.NAME, next());
    Map<String, String> startup = new LinkedHashMap<>(wished);
    if (random.nextBoolean()) {
      wished.put(Belongings.ZONE, Belongings.any(Belongings.ZONE, "", random));
      startup.put("timezone", wished.get(Belongings.ZONE));
    }
    if (random.nextBoolean()) {
      wished.put(Belongings.PATH, Belongings.any(Belongings.PATH, "", random));
      wished.put(Belongings.TENANT, next());
      startup.put(
          "options",
          "-c search_path=%s -c app.tenant=%s"
              .formatted(wished.get(Belongings.PATH), wished.get(Belongings.TENANT)));
    }
    belongings = new Belongings(defaults, wished);
    int version = random.nextBoolean() ? Frontend.V3_0 : Frontend.V3_2;
    try {
      client = RawClient.open(endpoint).patience(PATIENCE);
      client.logIn(version, startup);
    } catch (LoginRefused refused) {
      throw hurtOrWrong(refused.error());
    }
  }

  /// A text nobody else has ever used.
  String next() {
    return "g%d.%d-%d".formatted(id, generation, ++sequence);
  }

  int id() {
    return id;
  }

  int generation() {
    return generation;
  }

  Random random() {
    return random;
  }

  RawClient client() {
    return client;
  }

  Belongings own() {
    return belongings;
  }

  Map<String, Prepared> statements() {
    return belongings.statements();
  }

  Tally tally() {
    return tally;
  }

  void listening(String name) {
    channel = name;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /// A simple Query that must succeed.
  Answer query(String sql) throws IOException {
    return succeeded(ask(Frontend.query(sql)));
  }

  /// Extended messages with a Sync, which must succeed.
  Answer sync(byte[]... messages) throws IOException {
    return succeeded(ask(Frontend.concat(messages), Frontend.sync()));
  }

  private Answer succeeded(Answer answer) {
    check(answer.error().isEmpty(), "no error", answer);
    return answer;
  }

  /// Messages that end in one ReadyForQuery; an error is the scene's business unless it means that
  /// the connection is lost or that somebody else's cancel has hit.
  Answer ask(byte[]... messages) throws IOException {
    client.send(messages);
    return read();
  }

  Answer read() throws IOException {
    List<Message> messages = new ArrayList<>();
    do {
      Message message = client.receive();
      look(message);
      messages.add(message);
    } while (!messages.getLast().isReady());
    return new Answer(messages);
  }

  /// What holds of every message, whoever waits for it.
  void look(Message message) throws IOException {
    switch (message.tag()) {
      case 'E' -> {
        String state = message.sqlState();
        if (state.equals("57014")) {
          check(mayBeCancelled(message), "nobody else's cancel", message);
        } else if (LOST.contains(state) || state.startsWith("08")) {
          throw hurtOrWrong(message);
        }
      }
      case 'A' ->
          check(
              channel != null && message.notification().startsWith(channel + ":"),
              "notifications only on channel " + channel,
              message);
      default -> {}
    }
  }

  /// CopyFail, too, is answered with 57014.
  private boolean mayBeCancelled(Message error) {
    return System.nanoTime() < cancelFairUntil
        || error.fields().getOrDefault('M', "").startsWith("COPY from stdin failed");
  }

  private static IOException hurtOrWrong(Message error) {
    return new Hurt(error.toString(), null);
  }

  /// Marks that a cancel request of our own is under way.
  void cancelling() {
    cancelFairUntil = System.nanoTime() + CANCEL_GRACE_NANOS;
  }

  /// A cancel request has been taken; from now on it fades.
  void cancelled() {
    cancelFairUntil = System.nanoTime() + CANCEL_GRACE_NANOS;
  }

  /// From now on a cancel is somebody else's.
  void settled() {
    cancelFairUntil = Long.MIN_VALUE;
  }

  void expect(Object actual, Object expected, Object context) {
    if (!Objects.equals(actual, expected)) {
      throw new AssertionError("expected " + expected + " but got " + actual + " in " + context);
    }
  }

  void check(boolean holds, String what, Object context) {
    if (!holds) {
      throw new AssertionError("expected " + what + " but got " + context);
    }
  }
}
