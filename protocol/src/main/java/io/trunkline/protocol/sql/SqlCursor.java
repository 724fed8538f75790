package io.trunkline.protocol.sql;

import io.trunkline.protocol.EventLoopConfined;
import java.nio.charset.StandardCharsets;

/// Reads the head of a statement name by name, over blanks and comments. Allocates only in [#text].
@EventLoopConfined
final class SqlCursor {

  /// What the last [#next] found.
  enum Found {
    /// An unquoted name or keyword.
    WORD,
    /// A quoted name; its range is that between the quotes.
    QUOTED,
    /// A name written as `U&"…"`, which may say anything.
    UNICODE,
    /// Anything else, or the end of the text. The cursor stands before it.
    OTHER
  }

  private static final int NAME_BYTES_MAX = 63; // NAMEDATALEN - 1

  private byte[] bytes = SqlBytes.NOTHING;
  private int to;
  private int at;
  private int start;
  private int end;
  private Found found = Found.OTHER;

  void open(byte[] text, int from, int limit) {
    bytes = text;
    to = limit;
    at = from;
    start = from;
    end = from;
    found = Found.OTHER;
  }

  void moveTo(int index) {
    at = index;
  }

  /// Lets go of the text.
  void close() {
    bytes = SqlBytes.NOTHING;
  }

  Found next() {
    at = SqlBytes.gapEnd(bytes, at, to);
    start = at;
    end = at;
    found = Found.OTHER;
    if (at < to) {
      byte kind = SqlBytes.KIND[bytes[at] & 0xff];
      if (kind == SqlBytes.LETTER) {
        readWord();
      } else if (kind == SqlBytes.DOUBLE_QUOTE) {
        readQuoted(Found.QUOTED);
      }
    }
    return found;
  }

  private void readWord() {
    at = SqlBytes.wordEnd(bytes, at, to);
    end = at;
    found = Found.WORD;
    boolean unicode = end - start == 1 && (bytes[start] | 0x20) == 'u' && at + 1 < to;
    if (unicode && bytes[at] == '&' && bytes[at + 1] == '"') {
      at++;
      readQuoted(Found.UNICODE);
    }
  }

  private void readQuoted(Found kind) {
    start = at + 1;
    at = SqlBytes.quotedEnd(bytes, at, to);
    end = Math.max(start, at - 1);
    found = kind;
  }

  boolean isName() {
    return found != Found.OTHER;
  }

  boolean isUnicode() {
    return found == Found.UNICODE;
  }

  /// Whether the last name is `word`; a quoted one never is.
  boolean is(SqlWord word) {
    return found == Found.WORD && word.is(bytes, start, end);
  }

  /// Reads on, and says whether what comes is `word`.
  boolean nextIs(SqlWord word) {
    next();
    return is(word);
  }

  /// The first byte behind the gap, or 0 at the end of the text. Stays where it is.
  byte peek() {
    int next = SqlBytes.gapEnd(bytes, at, to);
    return next < to ? bytes[next] : 0;
  }

  /// Steps over `expected` if it comes next.
  boolean skip(char expected) {
    if (peek() != expected) {
      return false;
    }
    at = SqlBytes.gapEnd(bytes, at, to) + 1;
    return true;
  }

  int at() {
    return at;
  }

  /// Where the last name begins, its quote included.
  int start() {
    return found == Found.QUOTED ? start - 1 : start;
  }

  /// Where the last name ends, its quote included.
  int end() {
    return at;
  }

  /// The last name as PostgreSQL reads it: unquoted in lower case, quoted without its quotes.
  String text() {
    String raw = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    return found == Found.WORD ? SettingName.lower(raw) : raw.replace("\"\"", "\"");
  }

  /// [#text] cut at the length of an identifier, at a UTF-8 character.
  String identifier() {
    String name = text();
    if (name.length() <= NAME_BYTES_MAX) {
      return name;
    }
    int cut = NAME_BYTES_MAX;
    while (cut > 0 && (name.charAt(cut) & 0xc0) == 0x80) {
      cut--;
    }
    return name.substring(0, cut);
  }
}
