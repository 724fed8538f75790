package io.trunkline.proxy.console;

import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.ErrorResponse;

/// A command that cannot be done, with the words for its author. The session goes on.
final class ConsoleError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient ErrorResponse response;

  ConsoleError(String sqlState, String message) {
    super(message, null, false, false);
    this.response = ErrorResponse.error(sqlState, message);
  }

  private ConsoleError(ErrorResponse response) {
    super(response.message(), null, false, false);
    this.response = response;
  }

  static ConsoleError unknownCommand(String what) {
    return new ConsoleError(
        SqlState.SYNTAX_ERROR, "invalid command '%s', use SHOW HELP;".formatted(what));
  }

  static ConsoleError badArguments(String why) {
    return new ConsoleError(
        ErrorResponse.error(SqlState.SYNTAX_ERROR, "bad arguments").withDetail(why));
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

  ErrorResponse response() {
    return response;
  }
}
