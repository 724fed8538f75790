package io.trunkline.proxy.console;

import io.trunkline.pool.ServerPool;
import io.trunkline.proxy.console.Call.GivenUp;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/// SHUTDOWN, at once or when nobody is in the middle of something any more. The command itself is
/// answered before that; one that ends everything at once has no answer.
final class Shutdown {
  private static final String TAG = "SHUTDOWN";

  private final ConsoleParts parts;
  private final Switches switches;

  Shutdown(ConsoleParts parts, Switches switches) {
    this.parts = parts;
    this.switches = switches;
  }

  List<ConsoleCommand> commands() {
    return List.of(Operations.command(TAG, Argument.SHUTDOWN_MODE, this::shutdown));
  }

  private CompletionStage<Answer> shutdown(Call call) {
    return switch (call.argument().toUpperCase(Locale.ROOT)) {
      case "" -> {
        parts.host().get().stopNow();
        yield new CompletableFuture<>();
      }
      case "WAIT_FOR_CLIENTS" -> whenClientsAreGone();
      case "WAIT_FOR_SERVERS" -> {
        if (!switches.isAllPaused()) {
          switches.pauseAll();
        }
        yield stopWhen(this::serversAreGone);
      }
      default -> throw ConsoleError.unknownCommand(TAG + " " + call.argument());
    };
  }

  CompletionStage<Answer> whenClientsAreGone() {
    return stopWhen(() -> parts.clients().connected() == 0);
  }

  private boolean serversAreGone() {
    List<ServerPool> pools = switches.pools("");
    pools.forEach(pool -> pool.retireAll("the proxy is shutting down"));
    return pools.stream().allMatch(pool -> pool.open() == 0);
  }

  private CompletionStage<Answer> stopWhen(BooleanSupplier nobodyIsLeft) {
    switches.stop();
    ConsoleParts.Host host = parts.host().get();
    host.stopListening();
    CompletableFuture<GivenUp> never = new CompletableFuture<>();
    Poll.until(
            parts.control(),
            never,
            () -> CompletableFuture.completedFuture(nobodyIsLeft.getAsBoolean()))
        .thenRun(host::stopNow);
    return CompletableFuture.completedFuture(Answer.done(TAG));
  }
}
