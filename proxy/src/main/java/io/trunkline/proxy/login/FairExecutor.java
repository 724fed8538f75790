package io.trunkline.proxy.login;

import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs what strangers can ask for, a few tasks at a time. Origins take turns, and so do the users
/// of each, so that one who wants much delays himself; a full queue refuses, so that nothing piles
/// up.
///
/// Thread-safe, without a lock that all share: whoever offers or takes a task of an origin holds
/// that origin's entry of the map for as long as it takes to queue it.
public final class FairExecutor {
  private static final Logger log = LoggerFactory.getLogger(FairExecutor.class);

  /// How much at a time.
  ///
  /// @param running tasks at a time
  /// @param waiting tasks that may wait, of all origins
  /// @param waitingPerOrigin tasks of one origin that may wait
  /// @param waitingPerUser those of them that may be of one user: behind one address may be many
  public record Bounds(int running, int waiting, int waitingPerOrigin, int waitingPerUser) {

    /// A user may take half of what an origin may.
    public static Bounds of(int running, int waiting, int waitingPerOrigin) {
      return new Bounds(running, waiting, waitingPerOrigin, Math.max(1, waitingPerOrigin / 2));
    }
  }

  private final Executor threads;
  private final Bounds bounds;

  /// None of it is ever empty, and each is used under [ConcurrentHashMap#compute] alone.
  private final ConcurrentHashMap<String, UserTurns> queues = new ConcurrentHashMap<>();

  /// The origins in `queues`, once each; the first is the next to be served.
  private final Queue<String> turns = new ConcurrentLinkedQueue<>();

  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger workers = new AtomicInteger();

  /// @param threads where tasks run, `bounds.running` at a time
  public FairExecutor(Executor threads, Bounds bounds) {
    this.threads = threads;
    this.bounds = bounds;
  }

  /// Queues a task; false when there is no room for one more of this origin, or of this user there.
  public boolean offer(String origin, String user, Runnable task) {
    if (waiting.incrementAndGet() > bounds.waiting || !queue(origin, user, task)) {
      waiting.decrementAndGet();
      return false;
    }
    hire();
    return true;
  }

  private boolean queue(String origin, String user, Runnable task) {
    boolean[] queued = {false};
    queues.compute(
        origin,
        (_, before) -> {
          UserTurns queue = before == null ? new UserTurns() : before;
          if (queue.size() < bounds.waitingPerOrigin) {
            queued[0] = queue.add(user, task, bounds.waitingPerUser);
            if (before == null) {
              turns.add(origin);
            }
          }
          return queue;
        });
    return queued[0];
  }

  /// Makes sure that somebody comes for what has been queued.
  private void hire() {
    int working = workers.get();
    while (working < bounds.running) {
      if (workers.compareAndSet(working, working + 1)) {
        threads.execute(this::work);
        return;
      }
      working = workers.get();
    }
  }

  private void work() {
    for (String origin = turns.poll(); origin != null; origin = turns.poll()) {
      run(take(origin));
    }
    workers.decrementAndGet();
    if (!turns.isEmpty()) {
      hire(); // it was queued when all were busy, and nobody has been hired for it
    }
  }

  private Runnable take(String origin) {
    Runnable[] task = {() -> {}};
    queues.compute(
        origin,
        (_, queue) -> {
          if (queue == null) {
            throw new IllegalStateException("a turn of nobody");
          }
          task[0] = queue.remove();
          if (queue.isEmpty()) {
            return null;
          }
          turns.add(origin); // behind the others
          return queue;
        });
    waiting.decrementAndGet();
    return task[0];
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error failure) { // the others must still be served
      log.error("a task failed", failure);
    }
  }
}
