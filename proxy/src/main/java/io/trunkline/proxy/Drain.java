package io.trunkline.proxy;

import io.netty.util.concurrent.Future;
import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.session.Dismissal;
import io.trunkline.proxy.session.LoopContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Empties the proxy: each client leaves as soon as it is between two transactions.
final class Drain {
  private static final long PAUSE_MILLIS = 20;

  private final List<LoopContext> contexts;
  private final NanoTime clock;

  Drain(List<LoopContext> contexts, NanoTime clock) {
    this.contexts = contexts;
    this.clock = clock;
  }

  /// Waits until nobody is left, for so long at most. Blocking.
  ///
  /// @param broken opens when somebody wants no more waiting
  /// @return how many clients are left
  int await(Duration atMost, CountDownLatch broken) throws InterruptedException {
    long begin = clock.now();
    int left = dismiss();
    while (left > 0
        && clock.now() - begin < atMost.toNanos()
        && !broken.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
      left = dismiss();
    }
    return left;
  }

  /// Sends away whom it can; says how many are left.
  private int dismiss() throws InterruptedException {
    List<Future<Integer>> counts =
        contexts.stream().map(context -> context.loop().submit(() -> dismiss(context))).toList();
    int left = 0;
    for (Future<Integer> count : counts) {
      left += count.await().isSuccess() ? count.getNow() : 0; // a loop that has ended has nobody
    }
    return left;
  }

  private static int dismiss(LoopContext context) {
    context.forEachSession(Dismissal::tryOn);
    return context.sessionCount();
  }
}
