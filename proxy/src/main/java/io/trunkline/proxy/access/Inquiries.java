package io.trunkline.proxy.access;

import io.trunkline.proxy.login.FairExecutor;
import io.trunkline.proxy.login.Gate.Visitor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Runs what has to be found out for logins and may block: in name servers, in the system's lists
/// of users, in directories. Threads of the system, for most of that is native code; hosts take
/// turns. Thread-safe.
final class Inquiries implements AutoCloseable {
  private static final int RUNNING = 32;
  private static final int WAITING = 2_000;
  private static final int WAITING_PER_ORIGIN = 200;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final FairExecutor queue;

  Inquiries() {
    threads =
        new ThreadPoolExecutor(
            RUNNING,
            RUNNING,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // holds the workers of the queue, RUNNING at most
            Thread.ofPlatform().daemon().name("inquiry-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    queue = new FairExecutor(threads, FairExecutor.Bounds.of(RUNNING, WAITING, WAITING_PER_ORIGIN));
  }

  /// What the question comes to, on a thread of these; a `RejectedExecutionException` when too many
  /// are waiting.
  <T> CompletionStage<T> ask(Visitor visitor, Callable<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean queued =
        queue.offer(
            visitor.origin(),
            visitor.claim().user(),
            () -> {
              try {
                answer.complete(question.call());
              } catch (Exception failure) { // whoever waits for the answer says so
                answer.completeExceptionally(failure);
              }
            });
    if (!queued) {
      answer.completeExceptionally(new RejectedExecutionException("too many logins are waiting"));
    }
    return answer;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
