package io.trunkline.proxy.console;

import io.trunkline.conf.AdminRole;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.protocol.SqlState;
import io.trunkline.proxy.console.ConsoleCommand.Argument;
import io.trunkline.settings.Problem;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/// RELOAD, which uses a whole new configuration or none of it, and RELOAD CHECK, which only looks.
final class Reloading {
  private static final String TAG = "RELOAD";

  /// What `RELOAD CHECK` is: a table, of which the columns can be told before.
  private static final String CHECK = "SHOW RELOAD";

  private static final Columns CHANGES =
      Columns.of().text("section", "name", "change").int4("clients");

  private final ConsoleParts parts;

  Reloading(ConsoleParts parts) {
    this.parts = parts;
  }

  List<ConsoleCommand> commands() {
    return List.of(
        Operations.command(TAG, Argument.NONE, _ -> reload()),
        new ConsoleCommand(CHECK, AdminRole.ADMIN, Argument.NONE, CHANGES, _ -> check()));
  }

  private CompletionStage<Answer> reload() {
    return parts
        .reload()
        .reload()
        .thenApply(problems -> {
          refuse(problems);
          return Answer.done(TAG);
        });
  }

  private CompletionStage<Answer> check() {
    return parts
        .reload()
        .check()
        .thenApply(preview -> {
          refuse(preview.problems());
          Table table = new Table(CHANGES);
          for (ConsoleParts.Change change : preview.changes()) {
            table.row(change.section(), change.name(), change.change(), clients(change));
          }
          return Answer.rows(table);
        });
  }

  /// How many clients are there now to whom the difference may matter: at once, where it is about
  /// times and the bounds of pools, or when they come again.
  private int clients(ConsoleParts.Change change) {
    return switch (change.section()) {
      case "databases" ->
          change.name().equals(ProxyConfig.ANY_DATABASE)
              ? ofUnlistedDatabases()
              : parts.clients().ofDatabase(change.name());
      case "users" -> parts.clients().ofUser(change.name());
      default -> parts.clients().connected();
    };
  }

  private int ofUnlistedDatabases() {
    int listed =
        parts.config().get().databases().keySet().stream()
            .mapToInt(parts.clients()::ofDatabase)
            .sum();
    return Math.max(0, parts.clients().connected() - listed);
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new ConsoleError(
          SqlState.CONFIG_FILE_ERROR,
          problems.stream()
              .map(problem ->
                  "%s: found %s, allowed %s"
                      .formatted(problem.key(), problem.found(), problem.allowed()))
              .collect(Collectors.joining("; ", "nothing is reloaded: ", "")));
    }
  }
}
