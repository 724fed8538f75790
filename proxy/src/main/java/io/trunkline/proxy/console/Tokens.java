package io.trunkline.proxy.console;

import io.trunkline.protocol.sql.SqlBlanks;
import io.trunkline.proxy.console.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts the text of a query into commands, and each into its pieces. Comments and white space are
/// dropped. As much is read as a command may have, so that the memory is bounded by that and not by
/// the text.
///
/// PostgreSQL docs, "Lexical Structure".
final class Tokens {
  private static final int COMMANDS_MAX = 64;
  private static final int TOKENS_MAX = 24;

  /// As long as the longest value PgBouncer takes.
  private static final int CHARS_MAX = 255;

  private final String text;
  private int at;

  private Tokens(String text) {
    this.text = text;
  }

  /// The commands between the semicolons, the empty ones left out.
  ///
  /// @throws ConsoleError for a text that cannot be cut, or is too long
  static List<List<Token>> of(String text) {
    return new Tokens(text).commands();
  }

  private List<List<Token>> commands() {
    List<List<Token>> commands = new ArrayList<>();
    List<Token> command = new ArrayList<>();
    while (skipBlank()) {
      Token token = next();
      if (!token.isSign(';')) {
        command.add(token);
      } else if (!command.isEmpty()) {
        commands.add(command);
        command = new ArrayList<>();
      }
      if (command.size() > TOKENS_MAX) {
        throw ConsoleError.badArguments("a command has at most " + TOKENS_MAX + " words");
      }
      if (commands.size() > COMMANDS_MAX) {
        throw ConsoleError.badArguments("a query has at most " + COMMANDS_MAX + " commands");
      }
    }
    if (!command.isEmpty()) {
      commands.add(command);
    }
    return commands;
  }

  /// Whether anything is left behind white space and comments.
  private boolean skipBlank() {
    at = SqlBlanks.skip(text, at);
    if (at == SqlBlanks.UNTERMINATED) {
      throw ConsoleError.badArguments("unterminated /* comment");
    }
    return at < text.length();
  }

  private Token next() {
    char first = text.charAt(at);
    return switch (first) {
      case '"' -> new Token(Kind.NAME, quoted('"'));
      case '\'' -> new Token(Kind.STRING, quoted('\''));
      default -> isWordChar(first) ? word() : sign(first);
    };
  }

  private Token sign(char sign) {
    at++;
    return new Token(Kind.SIGN, String.valueOf(sign));
  }

  private Token word() {
    int start = at;
    while (at < text.length() && isWordChar(text.charAt(at)) && !text.startsWith("--", at)) {
      at++;
    }
    return new Token(Kind.WORD, bounded(text.substring(start, at)));
  }

  private static boolean isWordChar(char c) {
    return Character.isLetterOrDigit(c)
        || Character.isSurrogate(c)
        || c == '_'
        || c == '.'
        || c == '-'
        || c == '$';
  }

  private String quoted(char quote) {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == quote) {
        at++;
        if (at == text.length() || text.charAt(at) != quote) {
          return bounded(value.toString());
        }
      }
      value.append(c);
    }
    throw ConsoleError.badArguments("unterminated " + quote);
  }

  private static String bounded(String value) {
    if (value.length() > CHARS_MAX) {
      throw ConsoleError.badArguments("a word has at most " + CHARS_MAX + " characters");
    }
    return value;
  }
}
