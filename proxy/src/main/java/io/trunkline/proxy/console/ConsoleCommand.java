package io.trunkline.proxy.console;

import io.trunkline.conf.AdminRole;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One row of the table of commands: how it is called, who may run it, what comes of it.
///
/// @param name in upper case, `SHOW POOLS` or `PAUSE`
/// @param right what its user must be allowed
/// @param argument what follows its name
/// @param columns of its rows; null when it has none
/// @param action runs it
record ConsoleCommand(
    String name, AdminRole right, Argument argument, @Nullable Columns columns, Action action) {

  private static final Set<String> SHUTDOWN_MODES = Set.of("WAIT_FOR_SERVERS", "WAIT_FOR_CLIENTS");

  /// What follows the name of a command.
  enum Argument {
    NONE(""),
    DATABASE_OR_ALL(" [<db>]"),
    DATABASE(" <db>"),
    CLIENT(" <client_id>"),
    MEMBER(" <member>"),
    TO_MEMBER(" [TO <member>]"),
    CLUSTER(" [<cluster>]"),
    USER_DATABASE_PORT(" <user> <database> <port>"),
    KEY_AND_VALUE(" key = arg"),
    SHUTDOWN_MODE(" [WAIT_FOR_SERVERS|WAIT_FOR_CLIENTS]");

    private final String shown;

    Argument(String shown) {
      this.shown = shown;
    }

    /// Whether this may follow the name at all.
    boolean takes(String argument) {
      return switch (this) {
        case NONE -> argument.isEmpty();
        case SHUTDOWN_MODE ->
            argument.isEmpty() || SHUTDOWN_MODES.contains(argument.toUpperCase(Locale.ROOT));
        default -> true;
      };
    }

    /// As in `SHOW HELP`.
    String shown() {
      return shown;
    }
  }

  /// Runs a command; what it throws or fails with as a [ConsoleError] is told its user.
  @FunctionalInterface
  interface Action {
    CompletionStage<Answer> run(Call call);
  }

  /// A SHOW whose rows are here at once.
  static ConsoleCommand show(String what, Columns columns, Supplier<Table> rows) {
    return showLater(what, columns, _ -> CompletableFuture.completedFuture(rows.get()));
  }

  /// A SHOW whose rows have to be asked for.
  static ConsoleCommand showLater(
      String what, Columns columns, Function<Call, CompletionStage<Table>> rows) {
    return new ConsoleCommand(
        "SHOW " + what,
        AdminRole.STATS,
        Argument.NONE,
        columns,
        call -> rows.apply(call).thenApply(Answer::rows));
  }

  ConsoleCommand onlyFor(AdminRole needed) {
    return new ConsoleCommand(name, needed, argument, columns, action);
  }
}
