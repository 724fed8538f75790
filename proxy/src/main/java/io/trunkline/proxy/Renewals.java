package io.trunkline.proxy;

import io.trunkline.pool.PoolRegistry;
import io.trunkline.proxy.session.LoopContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets pools and clients that are here have what another configuration says of them.
///
/// Pools come first, so that clients find them as they are to be. A client that logs in meanwhile
/// by the configuration of before is on its loop when that loop looks for clients, or has read the
/// other one.
final class Renewals {
  private static final Logger log = LoggerFactory.getLogger(Renewals.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Renewals() {}

  /// Returns when all have it; blocking, and not called on a loop.
  static void await(PoolRegistry pools, List<LoopContext> contexts) {
    pools.renew();
    CompletableFuture<?>[] loops =
        contexts.stream().map(Renewals::begin).toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(loops)
        .completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    if (!List.of(loops).stream().allMatch(CompletableFuture::isDone)) {
      log.warn("event loops are busy: some clients go on as before for a while");
    }
  }

  private static CompletableFuture<Void> begin(LoopContext context) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      context.loop().execute(() -> context.renew(() -> done.complete(null)));
    } catch (RejectedExecutionException stopped) { // nobody is left there
      done.complete(null);
    }
    return done;
  }
}
