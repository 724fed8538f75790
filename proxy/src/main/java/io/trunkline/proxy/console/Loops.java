package io.trunkline.proxy.console;

import io.trunkline.proxy.session.LoopContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/// Asks every event loop for what only it may look at. Nobody waits: the answers come together when
/// the last loop has given its own, on a thread that is no loop's, for what is done with them may
/// take locks.
///
/// @param contexts what the sessions of each loop share
public record Loops(List<LoopContext> contexts) {
  public Loops {
    contexts = List.copyOf(contexts);
  }

  /// Puts a question to each loop, on that loop.
  public <T> CompletionStage<List<T>> ask(Function<LoopContext, T> question) {
    List<CompletableFuture<T>> answers =
        contexts.stream().map(context -> ask(context, question)).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApplyAsync(
            _ -> answers.stream().map(CompletableFuture::join).toList(),
            Thread::startVirtualThread);
  }

  private static <T> CompletableFuture<T> ask(
      LoopContext context, Function<LoopContext, T> question) {
    var answer = new CompletableFuture<T>();
    try {
      context
          .loop()
          .execute(() -> {
            try {
              answer.complete(question.apply(context));
            } catch (RuntimeException failure) {
              answer.completeExceptionally(failure);
            }
          });
    } catch (RejectedExecutionException stopped) {
      answer.completeExceptionally(stopped);
    }
    return answer;
  }
}
