package io.trunkline.proxy.console;

import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.NoticeResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Runs the commands of one guest: looks them up in the table of commands, sees to his rights, and
/// answers itself what is only there for drivers.
final class Interpreter {
  private static final String APPLICATION_NAME = "application_name";

  private final Commands commands;
  private final Guest guest;
  private boolean inTransaction;

  Interpreter(Commands commands, Guest guest) {
    this.commands = commands;
    this.guest = guest;
  }

  /// The console knows no transactions; it says what drivers expect to hear after BEGIN and COMMIT.
  TransactionStatus status() {
    return inTransaction ? TransactionStatus.IN_TRANSACTION : TransactionStatus.IDLE;
  }

  /// The columns a command will have; null when it has no rows.
  ///
  /// @throws ConsoleError when there is no such command
  @Nullable Columns columns(Statement statement) {
    return switch (statement) {
      case Statement.Show(String what) -> {
        Table constant = constant(what);
        yield constant != null ? constant.columns() : commands.show(what).columns();
      }
      case Statement.Command(String verb, _) -> commands.command(verb).columns();
      case Statement.ExplainRoute _ -> RouteExplanation.STEPS;
      case Statement.Set _, Statement.Transaction _, Statement.Clear _, Statement.Empty _ -> null;
    };
  }

  /// Runs a command.
  ///
  /// @param givenUp see [Call]
  /// @throws ConsoleError when it cannot be run
  CompletionStage<Answer> run(Statement statement, CompletableFuture<Call.GivenUp> givenUp) {
    commands.ran(guest);
    return switch (statement) {
      case Statement.Empty() -> now(Answer.done(""));
      case Statement.Show(String what) -> show(what, givenUp);
      case Statement.Set(String name, String value) -> set(name, value, givenUp);
      case Statement.Clear(String tag) -> now(Answer.done(tag));
      case Statement.Transaction(String tag, boolean opens) -> {
        inTransaction = opens;
        yield now(Answer.done(tag));
      }
      case Statement.Command(String verb, String argument) ->
          run(commands.command(verb), argument, givenUp);
      case Statement.ExplainRoute(List<String> arguments) ->
          run(commands.command(RouteExplanation.KEY), arguments, givenUp);
    };
  }

  private CompletionStage<Answer> show(String what, CompletableFuture<Call.GivenUp> givenUp) {
    Table constant = constant(what);
    return constant != null ? now(Answer.rows(constant)) : run(commands.show(what), "", givenUp);
  }

  private CompletionStage<Answer> run(
      ConsoleCommand command, String argument, CompletableFuture<Call.GivenUp> givenUp) {
    if (!command.argument().takes(argument)) {
      throw ConsoleError.unknownCommand(command.name() + " " + argument);
    }
    return run(command, argument.isEmpty() ? List.of() : List.of(argument), givenUp);
  }

  private CompletionStage<Answer> run(
      ConsoleCommand command, List<String> arguments, CompletableFuture<Call.GivenUp> givenUp) {
    if (!guest.may(command.right())) {
      throw ConsoleError.notAllowed();
    }
    return command.action().run(new Call(guest, arguments, givenUp));
  }

  private @Nullable Table constant(String name) {
    return switch (name) {
      case "server_version" -> constant(name, commands.serverVersion());
      case APPLICATION_NAME -> constant(name, guest.applicationName().get());
      case "current_database" -> constant(name, guest.login().database());
      case "current_user", "session_user", "user" -> constant(name, guest.login().user());
      default -> {
        DriverTalk.Constant constant = DriverTalk.constant(name);
        yield constant == null ? null : constant(constant.column(), constant.value());
      }
    };
  }

  private static Table constant(String column, String value) {
    return new Table(Columns.of().text(column)).row(value);
  }

  /// What drivers set is nobody's setting here.
  private CompletionStage<Answer> set(
      String name, String value, CompletableFuture<Call.GivenUp> givenUp) {
    if (!DriverTalk.maySet(name)) {
      ConsoleCommand command = commands.command(Setting.SET.toLowerCase(Locale.ROOT));
      return run(command, name + "=" + value, givenUp);
    }
    if (name.equals(APPLICATION_NAME)) {
      guest.applicationName().set(value);
      return now(Answer.done(Setting.SET));
    }
    return now(
        new Answer(
            Setting.SET,
            null,
            NoticeResponse.notice(SqlState.SUCCESSFUL_COMPLETION, "SET ignored")));
  }

  private static CompletionStage<Answer> now(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
