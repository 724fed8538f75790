package io.trunkline.health;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Asks whoever decides about a cluster's leader for another one: in two steps, as clients wait
/// between the second and the new leader, and need not wait for what the first takes.
@FunctionalInterface
public interface Switchover {

  /// Gets ready to ask: finds somebody who answers.
  ///
  /// @param leader who leads now
  /// @param candidate who is to lead
  /// @return fails with a [Refused] when nobody can be asked
  CompletionStage<Wish> prepare(String leader, String candidate);

  /// Nobody there can be asked.
  static Switchover impossible(String reason) {
    return (_, _) -> CompletableFuture.failedFuture(new Refused(reason));
  }

  /// What is ready to be asked for, once.
  @FunctionalInterface
  interface Wish extends AutoCloseable {

    /// Asks; whether it has come to that, the topology tells.
    ///
    /// @return done when the wish was accepted; fails with a [Refused] when it was not
    CompletionStage<Void> send();

    /// It is not needed any more.
    @Override
    default void close() {}
  }

  /// Why there will be no other leader, in words.
  final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    public Refused(String reason) {
      super(reason, null, false, false);
    }
  }
}
