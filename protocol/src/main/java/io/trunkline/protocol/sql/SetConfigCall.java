package io.trunkline.protocol.sql;

import java.nio.charset.StandardCharsets;

/// The arguments of one call of `set_config(name, value, is_local)`, as far as they are literals.
/// PostgreSQL docs, "Configuration Settings Functions".
final class SetConfigCall {
  private int nameStart = -1;
  private int nameEnd = -1;
  private boolean local;
  private int end;

  /// Reads what stands behind the function's name, up to `to`.
  void read(byte[] t, int i, int to) {
    nameStart = -1;
    local = false;
    end = i;
    int open = SqlBytes.gapEnd(t, i, to);
    if (open < to && t[open] == '(') {
      readName(t, SqlBytes.gapEnd(t, open + 1, to), to);
      readArguments(t, open + 1, to);
    }
  }

  /// Whether the first argument is a plain string.
  boolean hasName() {
    return nameStart >= 0;
  }

  String name(byte[] t) {
    return new String(t, nameStart, nameEnd - nameStart, StandardCharsets.ISO_8859_1);
  }

  /// Whether the third argument is the word TRUE: the setting then ends with its transaction.
  boolean isLocal() {
    return local;
  }

  /// How far was read.
  int end() {
    return end;
  }

  /// In the body of DO written as a string the quotes come doubled.
  private void readName(byte[] t, int i, int to) {
    int start = i;
    while (start < to && t[start] == '\'') {
      start++;
    }
    int at = start;
    while (at < to && t[at] != '\'' && t[at] != '\\') {
      at++;
    }
    if (start == i || start > i + 2 || at >= to || t[at] != '\'') {
      return;
    }
    int behind = castEnd(t, SqlBytes.gapEnd(t, at + start - i, to), to);
    if (behind < to && t[behind] == ',') {
      nameStart = start;
      nameEnd = at;
    }
  }

  /// Behind `::text` at `i`, if that is there.
  private static int castEnd(byte[] t, int i, int to) {
    if (i + 1 >= to || t[i] != ':' || t[i + 1] != ':') {
      return i;
    }
    int at = i + 2;
    while (at < to && (t[at] == '.' || SqlBytes.IN_WORD[t[at] & 0xff])) {
      at++;
    }
    return SqlBytes.gapEnd(t, at, to);
  }

  private void readArguments(byte[] t, int from, int to) {
    int at = from;
    int depth = 0;
    int commas = 0;
    boolean sure = true;
    while (at < to && depth >= 0) {
      byte b = t[at];
      if (b == '(' || b == '[') {
        depth++;
      } else if (b == ')' || b == ']') {
        depth--;
      } else if (b == ',' && depth == 0 && ++commas == 2) {
        local = sure && isTrueAlone(t, at + 1, to);
        break;
      }
      int next = SqlBytes.tokenEnd(t, from, at, to);
      // Another reading of the backslash would find other arguments.
      sure &= b != '\'' || !SqlBytes.escapesQuote(t, at, next);
      at = next;
    }
    end = at;
  }

  private static boolean isTrueAlone(byte[] t, int i, int to) {
    int word = SqlBytes.gapEnd(t, i, to);
    int wordEnd = SqlBytes.wordEnd(t, word, to);
    int behind = SqlBytes.gapEnd(t, wordEnd, to);
    return SqlWord.TRUE.is(t, word, wordEnd) && behind < to && t[behind] == ')';
  }
}
