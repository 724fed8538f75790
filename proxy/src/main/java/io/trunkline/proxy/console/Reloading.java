package io.trunkline.proxy.console;

import io.trunkline.protocol.SqlState;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import io.trunkline.settings.Problem;
import java.util.List;
import java.util.stream.Collectors;

/// RELOAD. PgBouncer reads its whole configuration then; here it is the certificates.
final class Reloading {
  private static final String TAG = "RELOAD";

  private final ConsoleParts parts;

  Reloading(ConsoleParts parts) {
    this.parts = parts;
  }

  List<ConsoleCommand> commands() {
    return List.of(
        Operations.command(
            TAG, Argument.NONE, _ -> parts.reload().get().thenApply(Reloading::answer)));
  }

  private static Answer answer(List<Problem> problems) {
    if (problems.isEmpty()) {
      return Answer.done(TAG);
    }
    throw new ConsoleError(
        SqlState.CONFIG_FILE_ERROR,
        problems.stream()
            .map(problem ->
                "%s: found %s, allowed %s"
                    .formatted(problem.key(), problem.found(), problem.allowed()))
            .collect(Collectors.joining("; ", "nothing is reloaded: ", "")));
  }
}
