package io.trunkline.protocol.sql;

/// Strings as SQL text. PostgreSQL docs, "String Constants" and "Dollar-Quoted String Constants".
///
/// What is written means the same under every `standard_conforming_strings` and in every client
/// encoding: a text without backslash goes between quotes, one with a backslash between dollar
/// tags, where nothing is an escape. Doubling backslashes in `E''` instead would break the
/// characters of SJIS, BIG5 and others whose second byte is a backslash; a quote or a dollar never
/// is one.
final class SqlLiteral {
  private SqlLiteral() {}

  static void append(StringBuilder sql, String text) {
    if (text.indexOf('\\') >= 0) {
      appendDollar(sql, text);
      return;
    }
    sql.append('\'');
    int from = 0;
    for (int quote = text.indexOf('\''); quote >= 0; quote = text.indexOf('\'', from)) {
      sql.append(text, from, quote + 1).append('\'');
      from = quote + 1;
    }
    sql.append(text, from, text.length()).append('\'');
  }

  /// Under a tag whose beginning the text does not hold: with its last dollar left out, so that the
  /// end of the text and the dollar behind it make no tag either.
  private static void appendDollar(StringBuilder sql, String text) {
    String tag = "$t";
    for (int n = 1; text.contains(tag); n++) {
      tag = "$t" + n;
    }
    sql.append(tag).append('$').append(text).append(tag).append('$');
  }
}
