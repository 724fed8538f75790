package io.trunkline.health;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Asks whoever decides about a cluster's leader for another one.
@FunctionalInterface
public interface Switchover {

  /// Asks; whether it has come to that, the topology tells.
  ///
  /// @param leader who leads now
  /// @param candidate who is to lead
  /// @return done when the wish was accepted; fails with a [Refused] when it was not
  CompletionStage<Void> ask(String leader, String candidate);

  /// Nobody there can be asked.
  static Switchover impossible(String reason) {
    return (_, _) -> CompletableFuture.failedFuture(new Refused(reason));
  }

  /// Why there will be no other leader, in words.
  final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    public Refused(String reason) {
      super(reason, null, false, false);
    }
  }
}
