package io.trunkline.proxy.console;

import io.trunkline.health.Switchover;
import io.trunkline.protocol.SqlState;
import io.trunkline.proxy.console.Call.GivenUp;
import io.trunkline.routing.Member;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One SWITCHOVER: looks whether it can be and says what it found, gets ready to ask, drains the
/// leader, asks for another one, waits until that leads. If any of it takes too long or fails,
/// everything goes on as before.
final class SwitchoverRun {
  private final LeaderDrain drain;
  private final Switchover switchover;
  private final Duration patience;
  private final ScheduledExecutorService control;
  private final Consumer<String> teller;

  /// Whether whoever decides has been asked for another leader.
  private final AtomicBoolean asked = new AtomicBoolean();

  /// @param patience how long clients may wait in all
  /// @param teller hears what was found before anything begins
  SwitchoverRun(
      LeaderDrain drain,
      Switchover switchover,
      Duration patience,
      ScheduledExecutorService control,
      Consumer<String> teller) {
    this.drain = drain;
    this.switchover = switchover;
    this.patience = patience;
    this.control = control;
    this.teller = teller;
  }

  /// Runs it.
  ///
  /// @param wanted the member that is to lead; empty for the one closest behind
  /// @return the member that leads then
  CompletionStage<String> run(String wanted, CompletableFuture<GivenUp> givenUp) {
    Candidates candidates = drain.candidates();
    Member leader = candidates.leader();
    if (leader == null) {
      throw ConsoleError.notNow("there is no leader who could hand over");
    }
    Member candidate = candidates.pick(wanted);
    return switchover
        .prepare(leader.name(), candidate.name())
        .exceptionallyCompose(refusal -> {
          throw ConsoleError.notNow(reason(refusal));
        })
        .thenCompose(wish ->
            drain
                .occupancy(leader.name())
                .thenCompose(occupancy -> {
                  requireStill(leader.name());
                  Readiness readiness = new Readiness(leader, candidate, occupancy, patience);
                  readiness.require();
                  teller.accept(readiness.text());
                  return move(leader.name(), candidate.name(), wish, givenUp);
                })
                .whenComplete((_, _) -> wish.close()));
  }

  /// To get ready has taken its time.
  private void requireStill(String leader) {
    if (drain.hasMovedFrom(leader)) {
      throw ConsoleError.notNow(leader + " leads no longer");
    }
  }

  private CompletionStage<String> move(
      String from, String to, Switchover.Wish wish, CompletableFuture<GivenUp> givenUp) {
    CompletableFuture<GivenUp> enough = new CompletableFuture<>();
    givenUp.thenAccept(enough::complete);
    control.schedule(
        () -> enough.complete(GivenUp.CANCELLED), patience.toNanos(), TimeUnit.NANOSECONDS);
    drain.begin(from, "a switchover to %s is under way".formatted(to), patience);
    return drain
        .empty(from, enough)
        .thenCompose(_ -> ask(from, wish, enough))
        .thenCompose(_ -> moved(from, enough))
        .handle((_, failure) -> end(from, failure));
  }

  /// Done when the wish was accepted, or when it has come true, which may be known before.
  private CompletionStage<?> ask(
      String from, Switchover.Wish wish, CompletableFuture<GivenUp> enough) {
    asked.set(true);
    CompletableFuture<Void> answered = wish.send().toCompletableFuture();
    return CompletableFuture.anyOf(answered, moved(from, enough).toCompletableFuture());
  }

  private CompletionStage<@Nullable Void> moved(String from, CompletableFuture<GivenUp> enough) {
    return Poll.until(
        control, enough, () -> CompletableFuture.completedFuture(drain.hasMovedFrom(from)));
  }

  private String end(String from, @Nullable Throwable failure) {
    Member leader = drain.leader();
    boolean moved = drain.hasMovedFrom(from);
    drain.end(moved ? "another member leads" : "the switchover is abandoned");
    if (moved && leader != null) {
      return leader.name();
    }
    throw new ConsoleError(
        SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
        "the switchover was abandoned, and %s goes on: %s".formatted(from, reason(failure)));
  }

  private String reason(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof ConsoleError) {
      return "not done within %d ms, or given up%s"
          .formatted(
              patience.toMillis(), asked.get() ? "; it has been asked for, and may come yet" : "");
    }
    return cause == null ? "nobody else leads" : String.valueOf(cause.getMessage());
  }
}
