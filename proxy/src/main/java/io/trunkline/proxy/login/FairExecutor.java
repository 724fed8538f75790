package io.trunkline.proxy.login;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs what strangers can ask for, a few tasks at a time. Origins take turns, so that one who
/// wants much delays himself; a full queue refuses, so that nothing piles up.
///
/// Thread-safe, behind its own lock, which is held to queue or to take a task and no longer.
public final class FairExecutor {
  private static final Logger log = LoggerFactory.getLogger(FairExecutor.class);

  /// How much at a time.
  ///
  /// @param running tasks at a time
  /// @param waiting tasks that may wait, of all origins
  /// @param waitingPerOrigin tasks of one origin that may wait
  public record Bounds(int running, int waiting, int waitingPerOrigin) {}

  private final Executor threads;
  private final Bounds bounds;

  /// Never an empty queue in it; the first origin is the next to be served.
  private final Map<String, Queue<Runnable>> queues = new LinkedHashMap<>();

  private int waiting;
  private int workers;

  /// @param threads where tasks run, `bounds.running` at a time
  public FairExecutor(Executor threads, Bounds bounds) {
    this.threads = threads;
    this.bounds = bounds;
  }

  /// Queues a task; false when there is no room for one more of this origin.
  public boolean offer(String origin, Runnable task) {
    synchronized (this) {
      Queue<Runnable> queue = queues.get(origin);
      boolean full = queue != null && queue.size() >= bounds.waitingPerOrigin;
      if (full || waiting >= bounds.waiting) {
        return false;
      }
      queues.computeIfAbsent(origin, _ -> new ArrayDeque<>()).add(task);
      waiting++;
      if (workers == bounds.running) {
        return true;
      }
      workers++;
    }
    threads.execute(this::work);
    return true;
  }

  private void work() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException | Error failure) { // the others must still be served
        log.error("a task failed", failure);
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    Iterator<Map.Entry<String, Queue<Runnable>>> turns = queues.entrySet().iterator();
    if (!turns.hasNext()) {
      workers--;
      return null;
    }
    Map.Entry<String, Queue<Runnable>> turn = turns.next();
    String origin = turn.getKey();
    Queue<Runnable> queue = turn.getValue();
    turns.remove();
    Runnable task = queue.remove();
    waiting--;
    if (!queue.isEmpty()) {
      queues.put(origin, queue); // behind the others
    }
    return task;
  }
}
