package io.trunkline.proxy.console;

import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.Bind;
import io.trunkline.protocol.message.FrontendMessage;
import io.trunkline.protocol.message.FrontendMessage.Execute;
import io.trunkline.protocol.message.FrontendMessage.Parse;
import io.trunkline.protocol.message.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The extended protocol of one guest: prepared commands and portals. Commands take no parameters;
/// rows come in either format.
///
/// PostgreSQL docs, "Extended Query".
final class ExtendedQuery {
  private static final int NAMES_MAX = 1000;

  /// A command under a name.
  ///
  /// @param sql as it was sent
  /// @param columns of its rows; null when it has none
  private record Prepared(String sql, Statement statement, @Nullable Columns columns) {}

  /// A command to be executed. Its rows are kept while they are fetched in parts.
  private static final class Portal {
    private final Prepared prepared;
    private final Bind bind;
    private @Nullable Answer answer;
    private int sent;

    Portal(Prepared prepared, Bind bind) {
      this.prepared = prepared;
      this.bind = bind;
    }
  }

  private final Interpreter interpreter;
  private final Replies replies;
  private final Map<String, Prepared> statements = new HashMap<>();
  private final Map<String, Portal> portals = new HashMap<>();
  private String parsed = "";

  ExtendedQuery(Interpreter interpreter, Replies replies) {
    this.interpreter = interpreter;
    this.replies = replies;
  }

  /// Does what a message asks for, unless that is to execute something.
  ///
  /// @throws ConsoleError when that cannot be done
  void on(FrontendMessage message) {
    switch (message) {
      case Parse parse -> onParse(parse);
      case Bind bind -> onBind(bind);
      case FrontendMessage.Describe(Target target) -> onDescribe(target);
      case FrontendMessage.Close(Target target) -> onClose(target);
      default -> throw new ProtocolViolation("not of the extended protocol: " + message);
    }
  }

  /// The text of the last Parse.
  String lastQuery() {
    return parsed;
  }

  /// The text that an Execute runs; empty when there is no such portal.
  String query(Execute execute) {
    Portal portal = portals.get(execute.portal());
    return portal == null ? "" : portal.prepared.sql();
  }

  private void onParse(Parse parse) {
    parsed = parse.sql();
    List<Statement> found = StatementParser.parse(parse.sql());
    if (found.size() > 1) {
      throw new ConsoleError(
          SqlState.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement");
    }
    String name = parse.statement();
    if (!name.isEmpty() && statements.containsKey(name)) {
      throw new ConsoleError(
          SqlState.DUPLICATE_PREPARED_STATEMENT,
          "prepared statement \"%s\" already exists".formatted(name));
    }
    requireRoom(statements);
    Statement statement = found.getFirst();
    statements.put(name, new Prepared(parse.sql(), statement, interpreter.columns(statement)));
    replies.send(new BackendMessage.ParseComplete());
  }

  private static void requireRoom(Map<String, ?> map) {
    if (map.size() >= NAMES_MAX) {
      throw new ConsoleError(
          SqlState.CONFIGURATION_LIMIT_EXCEEDED,
          "more than %d prepared statements or portals".formatted(NAMES_MAX));
    }
  }

  private void onBind(Bind bind) {
    Prepared prepared = statement(bind.statement());
    if (!bind.values().isEmpty()) {
      throw new ConsoleError(
          SqlState.PROTOCOL_VIOLATION,
          "bind message supplies %d parameters, but the commands of the console take none"
              .formatted(bind.values().size()));
    }
    int columns = prepared.columns() == null ? 0 : prepared.columns().size();
    int formats = bind.resultFormats().size();
    if (formats > 1 && formats != columns) {
      throw new ConsoleError(
          SqlState.PROTOCOL_VIOLATION,
          "bind message has %d result formats but query has %d columns"
              .formatted(formats, columns));
    }
    requireRoom(portals);
    portals.put(bind.portal(), new Portal(prepared, bind));
    replies.send(new BackendMessage.BindComplete());
  }

  private Prepared statement(String name) {
    Prepared prepared = statements.get(name);
    if (prepared == null) {
      throw new ConsoleError(
          SqlState.INVALID_SQL_STATEMENT_NAME,
          "prepared statement \"%s\" does not exist".formatted(name));
    }
    return prepared;
  }

  private Portal portal(String name) {
    Portal portal = portals.get(name);
    if (portal == null) {
      throw new ConsoleError(
          SqlState.INVALID_CURSOR_NAME, "portal \"%s\" does not exist".formatted(name));
    }
    return portal;
  }

  private void onDescribe(Target target) {
    if (target.kind() == Target.Kind.STATEMENT) {
      Prepared prepared = statement(target.name());
      replies.send(new BackendMessage.ParameterDescription(List.of()));
      describe(prepared.columns(), null);
    } else {
      Portal portal = portal(target.name());
      describe(portal.prepared.columns(), portal.bind);
    }
  }

  private void describe(@Nullable Columns columns, @Nullable Bind bind) {
    if (columns == null) {
      replies.send(new BackendMessage.NoData());
    } else {
      replies.describe(
          columns, index -> bind == null ? Bind.Format.TEXT : bind.resultFormat(index));
    }
  }

  /// To close what is not there is no error.
  private void onClose(Target target) {
    if (target.kind() == Target.Kind.STATEMENT) {
      statements.remove(target.name());
    } else {
      portals.remove(target.name());
    }
    replies.send(new BackendMessage.CloseComplete());
  }

  /// Starts what an Execute asks for; [#executed] goes on when that has an answer.
  ///
  /// @throws ConsoleError when it cannot be started
  CompletionStage<Answer> execute(Execute execute, CompletableFuture<Call.GivenUp> givenUp) {
    Portal portal = portal(execute.portal());
    Answer known = portal.answer;
    return known != null
        ? CompletableFuture.completedFuture(known)
        : interpreter.run(portal.prepared.statement(), givenUp);
  }

  void executed(Execute execute, Answer answer) {
    Portal portal = portal(execute.portal());
    if (portal.answer == null) {
      replies.notice(answer);
    }
    portal.answer = answer;
    Table table = answer.table();
    if (table != null) {
      int left = table.size() - portal.sent;
      int now = execute.rowsMax() > 0 ? Math.min(left, execute.rowsMax()) : left;
      replies.rows(table, portal.sent, portal.sent + now, portal.bind::resultFormat);
      portal.sent += now;
      if (now == execute.rowsMax()) { // there may be more, as in PostgreSQL
        replies.suspended();
        return;
      }
    }
    replies.complete(answer);
  }

  /// Sync: outside of a transaction portals end.
  void onSync() {
    if (interpreter.status() == TransactionStatus.IDLE) {
      portals.clear();
    }
  }
}
