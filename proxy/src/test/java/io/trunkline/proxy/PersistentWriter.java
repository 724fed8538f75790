package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.sync;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.ConnectionLost;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Inserts one number after the other, each once, and notes what it is told of each. Comes back
/// whenever it is thrown out.
public final class PersistentWriter implements Runnable {
  private static final AtomicInteger NEXT = new AtomicInteger();

  /// What all writers were told.
  public static final class Told {
    public final Set<Integer> done = ConcurrentHashMap.newKeySet();
    public final Set<Integer> undone = ConcurrentHashMap.newKeySet();
    public final Set<Integer> unknown = ConcurrentHashMap.newKeySet();
    public final ConcurrentHashMap<String, Integer> errors = new ConcurrentHashMap<>();

    @Override
    public String toString() {
      return "done=%d undone=%d unknown=%d errors=%s"
          .formatted(done.size(), undone.size(), unknown.size(), new TreeMap<>(errors));
    }
  }

  /// How it comes in.
  @FunctionalInterface
  public interface Entry {
    RawClient login() throws IOException;
  }

  private final Entry entry;
  private final AtomicBoolean enough;
  private final Told told;

  public PersistentWriter(MovingScene scene, AtomicBoolean enough, Told told) {
    this(() -> scene.login(MovingScene.WRITES), enough, told);
  }

  public PersistentWriter(Entry entry, AtomicBoolean enough, Told told) {
    this.entry = entry;
    this.enough = enough;
    this.told = told;
  }

  @Override
  public void run() {
    while (!enough.get()) {
      try (RawClient client = entry.login()) {
        boolean alive = true;
        while (alive && !enough.get()) {
          alive = insert(client, NEXT.incrementAndGet());
        }
      } catch (LoginRefused | ConnectionLost expected) {
        told.errors.merge("login", 1, Integer::sum); // nothing was asked
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// Returns whether the connection can still be used.
  private boolean insert(RawClient client, int id) throws IOException {
    Answer answer;
    try {
      answer =
          switch (id % 4) {
            case 0 -> client.query("INSERT INTO w VALUES (%d)".formatted(id));
            case 1 -> client.query("INSERT INTO w SELECT %d FROM pg_sleep(0.02)".formatted(id));
            case 2 ->
                client.ask(
                    parse("", "INSERT INTO w SELECT $1::int FROM pg_sleep(0.01)"),
                    bind("", "", Integer.toString(id)),
                    execute("", 0),
                    sync());
            default -> inBlock(client, id);
          };
    } catch (ConnectionLost e) {
      note(id, "lost");
      return false;
    }
    note(id, answer.sqlState());
    return true;
  }

  private Answer inBlock(RawClient client, int id) throws IOException {
    Answer begin = client.query("BEGIN");
    if (begin.error().isPresent()) {
      return begin;
    }
    Answer insert = client.query("INSERT INTO w VALUES (%d)".formatted(id));
    return insert.error().isPresent() ? insert : client.query("COMMIT");
  }

  private void note(int id, String sqlState) {
    switch (sqlState) {
      case "00000" -> told.done.add(id);
      case "40001" -> told.undone.add(id);
      default -> told.unknown.add(id);
    }
    if (!sqlState.equals("00000")) {
      told.errors.merge(sqlState, 1, Integer::sum);
    }
  }
}
