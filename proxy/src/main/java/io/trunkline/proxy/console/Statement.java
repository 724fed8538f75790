package io.trunkline.proxy.console;

import java.util.List;

/// One command as it was typed, before anybody has looked whether there is such a command.
sealed interface Statement {

  /// Nothing, or a comment.
  record Empty() implements Statement {}

  /// `SHOW what`, also said as `SELECT what`.
  ///
  /// @param what in lower case, words joined by one space
  record Show(String what) implements Statement {}

  /// `SET name = value`, in any of the ways PostgreSQL has to say it.
  record Set(String name, String value) implements Statement {}

  /// BEGIN, COMMIT and the like: the console has no transactions, but drivers want to begin and end
  /// them.
  ///
  /// @param tag of the answer
  /// @param opens whether a transaction block is open after it
  record Transaction(String tag, boolean opens) implements Statement {}

  /// What clears a session that has nothing to be cleared.
  record Clear(String tag) implements Statement {}

  /// `EXPLAIN ROUTE user database port`.
  ///
  /// @param arguments these three, as they were typed
  record ExplainRoute(List<String> arguments) implements Statement {
    public ExplainRoute {
      arguments = List.copyOf(arguments);
    }
  }

  /// Any other command, with what follows its first word.
  ///
  /// @param verb in lower case
  /// @param argument empty for none
  record Command(String verb, String argument) implements Statement {}
}
