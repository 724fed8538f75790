package io.trunkline.proxy.console;

import io.trunkline.proxy.console.Token.Kind;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Makes commands of the text of a query. Words count in any case; what drivers say to every
/// PostgreSQL server (SET, BEGIN, DISCARD ALL, `SELECT version()`) is understood as well.
final class StatementParser {
  private static final int ROUTE_ARGUMENTS = 3;

  private StatementParser() {}

  /// Every command of a query; one empty command when there is none.
  ///
  /// @throws ConsoleError for a text that is no command
  static List<Statement> parse(String query) {
    List<List<Token>> commands = Tokens.of(query);
    return commands.isEmpty()
        ? List.of(new Statement.Empty())
        : commands.stream().map(StatementParser::statement).toList();
  }

  private static Statement statement(List<Token> tokens) {
    Token first = tokens.getFirst();
    if (first.kind() != Kind.WORD) {
      throw ConsoleError.unknownCommand(shown(tokens));
    }
    List<Token> rest = tokens.subList(1, tokens.size());
    return switch (first.lower()) {
      case "show" -> new Statement.Show(shown(rest).toLowerCase(Locale.ROOT));
      case "select" -> select(tokens, rest);
      case "set" -> set(tokens, rest);
      case "begin" -> new Statement.Transaction("BEGIN", true);
      case "start" -> new Statement.Transaction("START TRANSACTION", true);
      case "commit", "end" -> new Statement.Transaction("COMMIT", false);
      case "rollback", "abort" -> new Statement.Transaction("ROLLBACK", false);
      case "reset" -> new Statement.Clear("RESET");
      case "discard" -> new Statement.Clear("DISCARD ALL");
      case "deallocate" -> new Statement.Clear("DEALLOCATE ALL");
      case "explain" -> explain(tokens, rest);
      default -> command(tokens, first, rest);
    };
  }

  /// `SELECT pools` is `SHOW pools`; of SQL only what drivers and health checks ask is known.
  private static Statement select(List<Token> tokens, List<Token> rest) {
    List<Token> what = rest;
    if (what.size() >= 2 && what.getLast().isSign(')') && at(what, 2).isSign('(')) {
      what = what.subList(0, what.size() - 2);
    }
    if (what.size() != 1 || what.getFirst().kind() != Kind.WORD) {
      throw ConsoleError.unknownCommand(shown(tokens));
    }
    String name = what.getFirst().lower();
    return new Statement.Show(
        name.startsWith("pg_catalog.") ? name.substring("pg_catalog.".length()) : name);
  }

  private static Token at(List<Token> tokens, int fromEnd) {
    return tokens.get(tokens.size() - fromEnd);
  }

  private static Statement set(List<Token> tokens, List<Token> after) {
    List<Token> rest = after;
    if (rest.size() > 1 && (rest.getFirst().is("session") || rest.getFirst().is("local"))) {
      rest = rest.subList(1, rest.size());
    }
    if (rest.size() < 2 || rest.getFirst().kind() == Kind.STRING) {
      throw ConsoleError.unknownCommand(shown(tokens));
    }
    Token name = rest.getFirst();
    if (name.is("time") && rest.get(1).is("zone")) {
      return new Statement.Set("timezone", shown(rest.subList(2, rest.size())));
    }
    if (name.is("transaction") || name.is("characteristics")) {
      return new Statement.Set("transaction", shown(rest.subList(1, rest.size())));
    }
    boolean assigns = rest.get(1).isSign('=') || rest.get(1).is("to");
    if (!assigns || rest.size() < 3) {
      throw ConsoleError.unknownCommand(shown(tokens));
    }
    return new Statement.Set(name.lower(), shown(rest.subList(2, rest.size())));
  }

  private static Statement explain(List<Token> tokens, List<Token> rest) {
    if (rest.isEmpty() || !rest.getFirst().is("route")) {
      throw ConsoleError.unknownCommand(shown(tokens));
    }
    List<Token> arguments = rest.subList(1, rest.size());
    boolean bad = arguments.stream().anyMatch(token -> token.kind() == Kind.SIGN);
    if (bad || arguments.size() != ROUTE_ARGUMENTS) {
      throw ConsoleError.badArguments("EXPLAIN ROUTE takes a user, a database and a port");
    }
    return new Statement.ExplainRoute(arguments.stream().map(Token::text).toList());
  }

  private static Statement command(List<Token> tokens, Token verb, List<Token> all) {
    boolean towards = verb.is("switchover") && all.size() == 2 && all.getFirst().is("to");
    List<Token> rest = towards ? all.subList(1, 2) : all;
    if (rest.size() > 1 || (rest.size() == 1 && rest.getFirst().kind() == Kind.SIGN)) {
      throw ConsoleError.unknownCommand(shown(tokens));
    }
    if (verb.is("reload") && rest.size() == 1 && rest.getFirst().is("check")) {
      return new Statement.Show("reload"); // it has rows, and its columns can be told before
    }
    return new Statement.Command(verb.lower(), rest.isEmpty() ? "" : rest.getFirst().text());
  }

  private static String shown(List<Token> tokens) {
    return tokens.stream().map(Token::text).collect(Collectors.joining(" "));
  }
}
