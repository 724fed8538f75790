package io.trunkline.proxy.console;

import io.trunkline.health.ClusterMonitor;
import io.trunkline.protocol.SqlState;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// `FORGET_FENCE`: an operator's word that what was seen of a cluster before does not count, as
/// after a restore to an earlier point. Ours.
final class Fencing {
  private final ConsoleParts parts;

  Fencing(ConsoleParts parts) {
    this.parts = parts;
  }

  List<ConsoleCommand> commands() {
    return List.of(Operations.command("FORGET_FENCE", Argument.CLUSTER, this::forget));
  }

  private CompletionStage<Answer> forget(Call call) {
    cluster(call.argument()).forgetFence();
    return CompletableFuture.completedFuture(Answer.done("FORGET_FENCE"));
  }

  /// The cluster of this name; without one, the only one there is.
  private ClusterMonitor cluster(String name) {
    if (name.isEmpty() && parts.clusters().size() == 1) {
      return parts.clusters().values().iterator().next();
    }
    ClusterMonitor monitor = parts.clusters().get(name);
    if (monitor == null) {
      throw new ConsoleError(
          SqlState.UNDEFINED_OBJECT,
          (name.isEmpty() ? "a cluster is required" : "no such cluster: " + name)
              + ", one of "
              + String.join(", ", parts.clusters().keySet()));
    }
    return monitor;
  }
}
