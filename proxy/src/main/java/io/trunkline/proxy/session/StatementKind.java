package io.trunkline.proxy.session;

import java.util.Locale;
import java.util.Set;

/// What the first words of a text of SQL say about when its work becomes lasting. Cold: asked only
/// when a server was lost. In doubt it is [#OTHER].
///
/// PostgreSQL docs, "Transactions" and "SQL Commands": the plain commands below do all they do in
/// the transaction they run in. Not among them are those that commit by themselves (VACUUM, CREATE
/// INDEX CONCURRENTLY, CREATE DATABASE), those in which a procedure may (CALL, DO), and those that
/// end a transaction.
enum StatementKind {
  /// Nothing of it lasts unless its transaction commits, and it does not commit.
  PLAIN,
  /// As PLAIN, but more statements may follow in the same text.
  PLAIN_FIRST,
  OTHER;

  /// What is true of both, one after the other.
  StatementKind and(StatementKind other) {
    return ordinal() >= other.ordinal() ? this : other;
  }

  private static final Set<String> PLAIN_WORDS =
      Set.of(
          "select",
          "insert",
          "update",
          "delete",
          "merge",
          "values",
          "with",
          "table",
          "begin",
          "start",
          "savepoint",
          "show",
          "set",
          "lock",
          "fetch",
          "move",
          "declare",
          "truncate");

  /// Whether its first statement does nothing that lasts before it has been answered.
  boolean beginsPlain() {
    return this != OTHER;
  }

  static StatementKind of(String text) {
    int start = skipGap(text, 0);
    int end = start;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    if (!PLAIN_WORDS.contains(text.substring(start, end).toLowerCase(Locale.ROOT))) {
      return OTHER;
    }
    int semicolon = text.indexOf(';', end); // one in a string counts too: that is in doubt
    return semicolon < 0 || skipGap(text, semicolon + 1) == text.length() ? PLAIN : PLAIN_FIRST;
  }

  /// Steps over blanks, comments, semicolons and parentheses.
  private static int skipGap(String text, int from) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c) || c == '(' || c == ';') {
        at++;
      } else if (text.startsWith("--", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
      } else if (text.startsWith("/*", at)) {
        at = skipComment(text, at + 2);
      } else {
        return at;
      }
    }
    return at;
  }

  /// Behind a comment that begins before `from`; comments nest.
  private static int skipComment(String text, int from) {
    int depth = 1;
    int at = from;
    while (at < text.length() && depth > 0) {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    }
    return at;
  }
}
