package io.trunkline.conf;

/// A query with the parameter `$1`, put into JDBC's words: a `?` for each `$1`, and `??` for a `?`
/// that is an operator. The name it looks for is a parameter on the wire and never part of the
/// text.
///
/// Reads strings, quoted names, dollar quotes and comments as PostgreSQL's `scan.l` does with
/// `standard_conforming_strings` on, to find what stands outside of them.
///
/// @param jdbc the text for the driver
/// @param parameters how many `?` it has, every one for the same name
public record LookupQuery(String jdbc, int parameters) {

  /// Reads a query as it is written in the file.
  ///
  /// @throws IllegalArgumentException with what was found, when it cannot be used
  public static LookupQuery parse(String sql) {
    return new Reader(sql).read();
  }

  private static final class Reader {
    private final String sql;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int parameters;

    Reader(String sql) {
      this.sql = sql;
    }

    LookupQuery read() {
      while (at < sql.length()) {
        next();
      }
      if (parameters == 0) {
        throw new IllegalArgumentException("a query without $1");
      }
      return new LookupQuery(out.toString(), parameters);
    }

    private void next() {
      char c = sql.charAt(at);
      if (isWordStart(c)) {
        readWord();
      } else if (c == '\'') {
        copyTo(quoteEnd(at, '\'', false));
      } else if (c == '"') {
        copyTo(quoteEnd(at, '"', false));
      } else if (sql.startsWith("--", at)) {
        int end = sql.indexOf('\n', at);
        copyTo(end < 0 ? sql.length() : end);
      } else if (sql.startsWith("/*", at)) {
        copyTo(commentEnd());
      } else if (c == '$') {
        readDollar();
      } else if (c == '?') {
        out.append("??");
        at++;
      } else if (c == ';') {
        readEnd();
      } else {
        copyTo(at + 1);
      }
    }

    private void copyTo(int end) {
      out.append(sql, at, end);
      at = end;
    }

    /// A name or keyword, or the letter before the quote of an `E'…'`.
    private void readWord() {
      int end = wordEnd(at, true);
      boolean escapes = end - at == 1 && "eE".indexOf(sql.charAt(at)) >= 0;
      copyTo(escapes && sql.startsWith("'", end) ? quoteEnd(end, '\'', true) : end);
    }

    /// Behind the closing quote; a doubled one does not close.
    private int quoteEnd(int start, char quote, boolean backslashEscapes) {
      int i = start + 1;
      while (i < sql.length()) {
        char c = sql.charAt(i);
        if (c == '\\' && backslashEscapes) {
          i++;
        } else if (c == quote && i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
          i++;
        } else if (c == quote) {
          return i + 1;
        }
        i++;
      }
      throw new IllegalArgumentException("a quote that does not end");
    }

    /// Behind the end of a comment; comments nest.
    private int commentEnd() {
      int depth = 0;
      int i = at;
      while (i < sql.length()) {
        if (sql.startsWith("/*", i)) {
          depth++;
          i += 2;
        } else if (sql.startsWith("*/", i)) {
          depth--;
          i += 2;
        } else {
          i++;
        }
        if (depth == 0) {
          return i;
        }
      }
      throw new IllegalArgumentException("a comment that does not end");
    }

    private void readDollar() {
      int end = at + 1;
      if (end < sql.length() && isDigit(sql.charAt(end))) {
        readParameter();
        return;
      }
      if (end < sql.length() && isWordStart(sql.charAt(end))) {
        end = wordEnd(end, false);
      }
      if (!sql.startsWith("$", end)) {
        throw new IllegalArgumentException("a $ that is no parameter");
      }
      String tag = sql.substring(at, end + 1);
      int close = sql.indexOf(tag, end + 1);
      if (close < 0) {
        throw new IllegalArgumentException("a quote that does not end");
      }
      copyTo(close + tag.length());
    }

    private void readParameter() {
      int end = at + 1;
      while (end < sql.length() && isDigit(sql.charAt(end))) {
        end++;
      }
      String parameter = sql.substring(at, end);
      if (!parameter.equals("$1")) {
        throw new IllegalArgumentException("a query with " + parameter);
      }
      out.append('?');
      parameters++;
      at = end;
    }

    private void readEnd() {
      if (!sql.substring(at + 1).isBlank()) {
        throw new IllegalArgumentException("more than one statement");
      }
      at = sql.length();
    }

    private int wordEnd(int start, boolean withDollars) {
      int i = start;
      while (i < sql.length()
          && (isWordStart(sql.charAt(i))
              || isDigit(sql.charAt(i))
              || (withDollars && sql.charAt(i) == '$'))) {
        i++;
      }
      return i;
    }

    private static boolean isWordStart(char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }
}
