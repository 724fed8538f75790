package io.trunkline.proxy.console;

import io.trunkline.protocol.SqlState;
import io.trunkline.proxy.console.Call.GivenUp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Waits for what happens on the event loops by looking again and again, without holding a thread.
final class Poll {
  private static final long MILLIS = 20;

  private final ScheduledExecutorService control;
  private final Supplier<CompletionStage<Boolean>> condition;
  private final CompletableFuture<@Nullable Void> reached = new CompletableFuture<>();

  private Poll(ScheduledExecutorService control, Supplier<CompletionStage<Boolean>> condition) {
    this.control = control;
    this.condition = condition;
  }

  /// Completes when the condition is true, and fails when its guest gives it up.
  static CompletionStage<@Nullable Void> until(
      ScheduledExecutorService control,
      CompletableFuture<GivenUp> givenUp,
      Supplier<CompletionStage<Boolean>> condition) {
    Poll poll = new Poll(control, condition);
    givenUp.thenAccept(_ ->
        poll.reached.completeExceptionally(
            new ConsoleError(SqlState.QUERY_CANCELED, "canceling statement due to user request")));
    poll.look();
    return poll.reached;
  }

  private void look() {
    if (reached.isDone()) {
      return;
    }
    condition
        .get()
        .whenComplete((now, failure) -> {
          if (failure != null) {
            reached.completeExceptionally(failure);
          } else if (now) {
            reached.complete(null);
          } else {
            control.schedule(this::look, MILLIS, TimeUnit.MILLISECONDS);
          }
        });
  }
}
