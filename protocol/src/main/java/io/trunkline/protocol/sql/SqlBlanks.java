package io.trunkline.protocol.sql;

/// What stands between the words of SQL and means nothing: white space and comments. PostgreSQL
/// docs, "Lexical Structure".
public final class SqlBlanks {
  /// A comment has no end.
  public static final int UNTERMINATED = -1;

  private SqlBlanks() {}

  /// Where the next word begins, at or behind `from`: the length of the text when none is left, or
  /// [#UNTERMINATED].
  public static int skip(String text, int from) {
    int at = from;
    while (at >= 0 && at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("--", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        at = endOfComment(text, at);
      } else {
        return at;
      }
    }
    return at;
  }

  /// Behind the comment that begins here; comments nest.
  private static int endOfComment(String text, int start) {
    int depth = 1;
    int at = start + 2;
    while (depth > 0 && at < text.length()) {
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
    return depth > 0 ? UNTERMINATED : at;
  }
}
