package io.trunkline.protocol.sql;

/// The bytes of SQL text, sorted by what may begin with them, and the ends of what may begin there.
/// PostgreSQL docs, "Lexical Structure"; where the docs are silent, `scan.l` of PostgreSQL.
///
/// All methods look at `[i, to)` only and answer `to` for something that never ends: such a text is
/// a syntax error, and PostgreSQL then runs none of it.
final class SqlBytes {
  static final byte BLANK = 0;
  static final byte OTHER = 1;
  static final byte LETTER = 2;
  static final byte QUOTE = 3;
  static final byte DOUBLE_QUOTE = 4;
  static final byte DOLLAR = 5;
  static final byte DASH = 6;
  static final byte SLASH = 7;
  static final byte SEMICOLON = 8;

  /// What a token that begins with this byte is.
  static final byte[] KIND = new byte[256];

  /// Whether this byte goes on with a word: letters, digits, underscore, dollar, all of 0x80–0xff.
  static final boolean[] IN_WORD = new boolean[256];

  static {
    for (int b = 0; b < 256; b++) {
      boolean letter = b >= 0x80 || b == '_' || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z');
      IN_WORD[b] = letter || b == '$' || (b >= '0' && b <= '9');
      KIND[b] = letter ? LETTER : b <= ' ' ? BLANK : OTHER;
    }
    KIND['\''] = QUOTE;
    KIND['"'] = DOUBLE_QUOTE;
    KIND['$'] = DOLLAR;
    KIND['-'] = DASH;
    KIND['/'] = SLASH;
    KIND[';'] = SEMICOLON;
  }

  static final byte[] NOTHING = {};

  private SqlBytes() {}

  static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b | 0x20 : b & 0xff;
  }

  static int wordEnd(byte[] t, int i, int to) {
    int at = i;
    while (at < to && IN_WORD[t[at] & 0xff]) {
      at++;
    }
    return at;
  }

  /// Behind the quote that ends what the quote at `i` began; a doubled quote does not end it.
  static int quotedEnd(byte[] t, int i, int to) {
    byte quote = t[i];
    int at = i + 1;
    while (at < to) {
      if (t[at++] == quote) {
        if (at < to && t[at] == quote) {
          at++;
        } else {
          return at;
        }
      }
    }
    return to;
  }

  /// The same for a string in which a backslash escapes, with all its continuations: `E'a'`,
  /// newline, `'b\'c'` is one string.
  static int escapedEnd(byte[] t, int i, int to) {
    int at = i + 1;
    while (at < to) {
      byte b = t[at++];
      if (b == '\\') {
        at++;
      } else if (b == '\'') {
        int next = continued(t, at, to);
        if (next == at) {
          return at;
        }
        at = next;
      }
    }
    return to;
  }

  /// Behind the quote that goes on with a string which ended before `i`, or `i`.
  private static int continued(byte[] t, int i, int to) {
    int at = i;
    while (at < to) {
      if (t[at] == '\'') {
        return at + 1;
      } else if (KIND[t[at] & 0xff] == BLANK) {
        at++;
      } else if (startsLineComment(t, at, to)) {
        at = lineEnd(t, at, to);
      } else {
        return i;
      }
    }
    return i;
  }

  /// Whether a backslash stands directly before a quote in the string `[i, end)`.
  static boolean escapesQuote(byte[] t, int i, int end) {
    for (int at = i + 1; at < end; at++) {
      if (t[at] == '\'' && t[at - 1] == '\\') {
        return true;
      }
    }
    return false;
  }

  /// Whether some backslash in the string `[i, end)` may be the second byte of a character: in
  /// SJIS, BIG5, GBK and their like it would then escape nothing. It matters before a quote only.
  static boolean isDoubtful(byte[] t, int i, int end) {
    for (int at = i + 1; at < end; at++) {
      if (t[at] == '\\' && t[at - 1] < 0) {
        while (at < end && t[at] == '\\') {
          at++;
        }
        if (at < end && t[at] == '\'') {
          return true;
        }
      }
    }
    return false;
  }

  /// Whether the quote at `i` has the letter E directly before it, as a word of its own.
  static boolean isEscapeString(byte[] t, int from, int i) {
    return i > from && (t[i - 1] | 0x20) == 'e' && (i - 1 == from || !IN_WORD[t[i - 2] & 0xff]);
  }

  /// Whether the quote at `i` has `U&` directly before it.
  static boolean isUnicode(byte[] t, int from, int i) {
    return i - 2 >= from
        && t[i - 1] == '&'
        && (t[i - 2] | 0x20) == 'u'
        && (i - 2 == from || !IN_WORD[t[i - 3] & 0xff]);
  }

  /// Behind the opening tag of a dollar-quoted string at `i`, or `i` when none opens there.
  static int dollarTagEnd(byte[] t, int i, int to) {
    int at = i + 1;
    if (at < to && t[at] >= '0' && t[at] <= '9') {
      return i; // a parameter, as $1
    }
    while (at < to && t[at] != '$' && IN_WORD[t[at] & 0xff]) {
      at++;
    }
    return at < to && t[at] == '$' ? at + 1 : i;
  }

  /// Behind the closing tag of the dollar-quoted string whose opening tag is `[tag, tagEnd)`.
  static int dollarEnd(byte[] t, int tag, int tagEnd, int to) {
    int tagBytes = tagEnd - tag;
    for (int at = tagEnd; at + tagBytes <= to; at++) {
      if (t[at] == '$' && same(t, at, tag, tagBytes)) {
        return at + tagBytes;
      }
    }
    return to;
  }

  private static boolean same(byte[] t, int a, int b, int bytes) {
    for (int n = 1; n < bytes; n++) {
      if (t[a + n] != t[b + n]) {
        return false;
      }
    }
    return true;
  }

  /// Behind the token at `i`, which is no word: a string, a quoted name, a comment or one byte.
  static int tokenEnd(byte[] t, int from, int i, int to) {
    return switch (KIND[t[i] & 0xff]) {
      case QUOTE -> isEscapeString(t, from, i) ? escapedEnd(t, i, to) : quotedEnd(t, i, to);
      case DOUBLE_QUOTE -> quotedEnd(t, i, to);
      case DOLLAR -> {
        int tagEnd = dollarTagEnd(t, i, to);
        yield tagEnd == i ? i + 1 : dollarEnd(t, i, tagEnd, to);
      }
      case DASH -> startsLineComment(t, i, to) ? lineEnd(t, i, to) : i + 1;
      case SLASH -> startsBlockComment(t, i, to) ? blockCommentEnd(t, i, to) : i + 1;
      default -> i + 1;
    };
  }

  static boolean startsLineComment(byte[] t, int i, int to) {
    return t[i] == '-' && i + 1 < to && t[i + 1] == '-';
  }

  static boolean startsBlockComment(byte[] t, int i, int to) {
    return t[i] == '/' && i + 1 < to && t[i + 1] == '*';
  }

  static int lineEnd(byte[] t, int i, int to) {
    int at = i;
    while (at < to && t[at] != '\n' && t[at] != '\r') {
      at++;
    }
    return at;
  }

  /// Behind the comment that opens at `i`; comments nest.
  static int blockCommentEnd(byte[] t, int i, int to) {
    int depth = 1;
    int at = i + 2;
    while (at + 1 < to) {
      if (t[at] == '*' && t[at + 1] == '/') {
        at += 2;
        if (--depth == 0) {
          return at;
        }
      } else if (startsBlockComment(t, at, to)) {
        depth++;
        at += 2;
      } else {
        at++;
      }
    }
    return to;
  }

  /// The next byte that is neither blank nor comment.
  static int gapEnd(byte[] t, int i, int to) {
    int at = i;
    while (at < to) {
      if (KIND[t[at] & 0xff] == BLANK) {
        at++;
      } else if (startsLineComment(t, at, to)) {
        at = lineEnd(t, at, to);
      } else if (startsBlockComment(t, at, to)) {
        at = blockCommentEnd(t, at, to);
      } else {
        return at;
      }
    }
    return to;
  }
}
