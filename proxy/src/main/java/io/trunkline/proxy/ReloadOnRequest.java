package io.trunkline.proxy;

import io.trunkline.proxy.console.ConsoleParts;
import io.trunkline.settings.Problem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Lets the console have the configuration read anew, where waiting for that holds up nobody.
///
/// @param source as the server in front of the console does it
/// @param busy runs what blocks
record ReloadOnRequest(Supplier<Reload> source, Executor busy) implements ConsoleParts.Reload {
  @Override
  public CompletionStage<List<Problem>> reload() {
    return CompletableFuture.supplyAsync(() -> source.get().run(), busy);
  }

  @Override
  public CompletionStage<ConsoleParts.Preview> check() {
    return CompletableFuture.supplyAsync(() -> source.get().check(), busy);
  }

  @Override
  public CompletionStage<ConsoleParts.Changed> set(String name, String value) {
    return CompletableFuture.supplyAsync(() -> source.get().set(name, value), busy);
  }

  @Override
  public ConsoleParts.Changeable changeable() {
    return source.get().changeable();
  }
}
