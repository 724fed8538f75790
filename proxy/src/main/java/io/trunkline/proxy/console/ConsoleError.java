package io.trunkline.proxy.console;

import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.ErrorResponse;

/// A command that cannot be done, with the words for its author. The session goes on.
final class ConsoleError extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// How much of a query is quoted.
  private static final int QUOTED_MAX = 255;

  private final transient ErrorResponse response;

  /// Whether there is no such command, which is told with the whole query, as PgBouncer does.
  private final boolean quotes;

  ConsoleError(String sqlState, String message) {
    this(ErrorResponse.error(sqlState, message), false);
  }

  private ConsoleError(ErrorResponse response, boolean quotes) {
    super(response.message(), null, false, false);
    this.response = response;
    this.quotes = quotes;
  }

  static ConsoleError unknownCommand(String what) {
    return new ConsoleError(invalid(what), true);
  }

  private static ErrorResponse invalid(String what) {
    return ErrorResponse.error(
        SqlState.SYNTAX_ERROR, "invalid command '%s', use SHOW HELP;".formatted(what));
  }

  static ConsoleError badArguments(String why) {
    return new ConsoleError(
        ErrorResponse.error(SqlState.SYNTAX_ERROR, "bad arguments").withDetail(why), false);
  }

  /// What PgBouncer says, with the reason it does not tell behind.
  static ConsoleError detailed(String sqlState, String message, String detail) {
    return new ConsoleError(ErrorResponse.error(sqlState, message).withDetail(detail), false);
  }

  static ConsoleError notAllowed() {
    return new ConsoleError(SqlState.INSUFFICIENT_PRIVILEGE, "admin access needed");
  }

  static ConsoleError noSuchDatabase(String name) {
    return new ConsoleError(SqlState.INVALID_CATALOG_NAME, "no such database: " + name);
  }

  static ConsoleError notNow(String message) {
    return new ConsoleError(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, message);
  }

  /// @param query that held the command
  ErrorResponse response(String query) {
    if (!quotes) {
      return response;
    }
    return invalid(query.length() > QUOTED_MAX ? query.substring(0, QUOTED_MAX) + "…" : query);
  }
}
