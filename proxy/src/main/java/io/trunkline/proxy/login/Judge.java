package io.trunkline.proxy.login;

import io.trunkline.protocol.auth.Judgement;
import io.trunkline.settings.Secret;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Somebody else who knows whether a client's proof is right: a directory for a password, an
/// issuer's keys for a token. Thread-safe; never blocks.
@FunctionalInterface
public interface Judge {

  /// For conversations that ask nobody.
  Judge NOBODY =
      _ -> CompletableFuture.failedFuture(new IllegalStateException("there is nobody to ask"));

  /// Says no to everybody.
  Judge NEVER =
      _ -> CompletableFuture.completedFuture(new Judgement.Wrong("may not use the console"));

  /// The judgement, on any thread and within a bounded time; a
  /// [java.util.concurrent.RejectedExecutionException] when too many are waiting for one.
  CompletionStage<Judgement> judge(Secret proof);
}
