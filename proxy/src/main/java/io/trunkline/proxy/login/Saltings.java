package io.trunkline.proxy.login;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.auth.PasswordSalting;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Salts passwords for clients' logins: milliseconds of pure computing each, on threads of their
/// own, so that event loops, and the virtual threads that ask servers, keep their processors.
///
/// Hosts take turns, and the users of each: one that guesses passwords waits for itself. What
/// several clients need at the same time is computed once. Thread-safe.
public final class Saltings implements AutoCloseable {
  private static final int WAITING = 2_000;
  private static final int WAITING_PER_ORIGIN = 200;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final FairExecutor queue;
  private final ConcurrentMap<PasswordSalting, CompletableFuture<Bytes>> underWay =
      new ConcurrentHashMap<>();

  /// Takes at most half of the processors.
  public Saltings() {
    this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), WAITING, WAITING_PER_ORIGIN);
  }

  Saltings(int running, int waiting, int waitingPerOrigin) {
    threads =
        new ThreadPoolExecutor(
            running,
            running,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // holds the workers of the queue, `running` at most
            Thread.ofPlatform().daemon().name("salting-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    queue = new FairExecutor(threads, FairExecutor.Bounds.of(running, waiting, waitingPerOrigin));
  }

  /// The salted password, on any thread; a `RejectedExecutionException` when too many are waiting.
  public CompletionStage<Bytes> salt(PasswordSalting salting, String origin, String user) {
    CompletableFuture<Bytes> own = new CompletableFuture<>();
    CompletableFuture<Bytes> others = underWay.putIfAbsent(salting, own);
    if (others != null) {
      return others;
    }
    if (!queue.offer(origin, user, () -> compute(salting, own))) {
      underWay.remove(salting, own);
      own.completeExceptionally(new RejectedExecutionException("too many logins are waiting"));
    }
    return own;
  }

  private void compute(PasswordSalting salting, CompletableFuture<Bytes> result) {
    try {
      result.complete(salting.saltedPassword());
    } catch (RuntimeException failure) { // whoever waits for it says so
      result.completeExceptionally(failure);
    } finally {
      underWay.remove(salting, result);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
