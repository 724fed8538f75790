package io.trunkline.protocol.sql;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import org.jspecify.annotations.Nullable;

/// Hot path. Finds the statements that may change the state of a session in the text of a Query or
/// Parse message, in one run over its bytes. It reads words, strings, quoted names and comments as
/// PostgreSQL does, but no grammar: a hint too many costs a question to the server, a hint too few
/// costs a client another's settings, so in doubt it hints.
///
/// Two things the text alone does not tell are answered with both readings:
/// 1. With `standard_conforming_strings` off a backslash escapes in a plain string. PostgreSQL
///    reads a whole text one way, so a text in which it matters is read twice.
/// 2. In SJIS, BIG5 and others a backslash may be half of a character. Where one stands behind a
///    high byte and before a quote in a string with escapes, the text is [SessionEffect#OPAQUE].
///
/// One instance per event loop; allocates nothing, but for a larger copy of a text larger than any
/// before. PostgreSQL docs, "Lexical Structure".
@EventLoopConfined
public final class SqlScanner {
  private static final int SCRATCH_BYTES = 8 * 1024;
  private static final int SCRATCH_BYTES_MAX = 256 * 1024;

  private final HintReader hints = new HintReader();
  private byte[] scratch = new byte[SCRATCH_BYTES];

  /// Whether a backslash escapes in a plain string, in this run.
  private boolean escapes;

  /// Whether the other reading of backslashes would find other ends of strings.
  private boolean ambiguous;

  /// The bits of [SessionEffect] over all statements in `[start, end)` of `sql`, which is borrowed
  /// and not moved.
  public int scan(ByteBuf sql, int start, int end) {
    return sql.hasArray()
        ? read(sql.array(), sql.arrayOffset() + start, sql.arrayOffset() + end, null)
        : read(copy(sql, start, end), 0, end - start, null);
  }

  /// The same with all names; allocates. For a text in which [#scan] found something.
  public ScannedStatements describe(ByteBuf sql, int start, int end) {
    var names = new ScannedStatements.Collector(start);
    int effects = read(copy(sql, start, end), 0, end - start, names);
    return names.build(effects, statements == 1 && !ambiguous);
  }

  private int statements;

  private byte[] copy(ByteBuf sql, int start, int end) {
    int bytes = end - start;
    byte[] copy = scratch;
    if (copy.length < bytes) {
      copy = new byte[Math.max(bytes, 2 * copy.length)];
      if (copy.length <= SCRATCH_BYTES_MAX) {
        scratch = copy;
      }
    }
    sql.getBytes(start, copy, 0, bytes);
    return copy;
  }

  private int read(byte[] t, int from, int to, ScannedStatements.@Nullable Collector names) {
    escapes = false;
    ambiguous = false;
    hints.open(t, from, to, names);
    run(t, from, to);
    statements = hints.statements();
    int effects = hints.effects();
    if (ambiguous) {
      escapes = true;
      hints.open(t, from, to, names);
      run(t, from, to);
      effects |= hints.effects();
    }
    hints.close();
    return effects;
  }

  private void run(byte[] t, int from, int to) {
    boolean atStart = true;
    int before = from;
    int beforeEnd = from;
    int i = from;
    while (i < to) {
      byte first = t[i];
      byte kind = SqlBytes.KIND[first & 0xff];
      if (kind == SqlBytes.BLANK) {
        i++;
      } else if (kind == SqlBytes.LETTER) {
        int word = i;
        i = SqlBytes.wordEnd(t, i + 1, to);
        if (atStart) {
          atStart = false;
          begin(t, word, i);
        } else if (SqlWord.mayMatter(t, word, i)) {
          hints.inside(word, i, before, beforeEnd);
        }
        before = word;
        beforeEnd = i;
      } else if (kind == SqlBytes.SEMICOLON) {
        atStart = true;
        i++;
      } else if (kind == SqlBytes.OTHER) {
        if (atStart) {
          atStart = false;
          hints.begin();
        }
        i++;
      } else {
        i = quotedOrComment(t, from, i, to);
      }
    }
  }

  private void begin(byte[] t, int word, int end) {
    hints.begin();
    if (SqlWord.mayMatterFirst(t, word, end)) {
      hints.first(word, end);
    }
  }

  private int quotedOrComment(byte[] t, int from, int i, int to) {
    return switch (SqlBytes.KIND[t[i] & 0xff]) {
      case SqlBytes.QUOTE -> string(t, from, i, to);
      case SqlBytes.DOUBLE_QUOTE -> quotedName(t, from, i, to);
      case SqlBytes.DOLLAR -> dollar(t, i, to);
      default -> SqlBytes.tokenEnd(t, from, i, to);
    };
  }

  private int string(byte[] t, int from, int i, int to) {
    boolean escaped = escapes || SqlBytes.isEscapeString(t, from, i);
    int end = escaped ? SqlBytes.escapedEnd(t, i, to) : plainStringEnd(t, i, to);
    if (escaped && SqlBytes.isDoubtful(t, i, end)) {
      hints.opaque();
    }
    if (hints.inDo()) {
      body(t, i + 1, end);
    }
    return end;
  }

  private int plainStringEnd(byte[] t, int i, int to) {
    int at = i + 1;
    while (at < to) {
      if (t[at++] == '\'') {
        ambiguous |= t[at - 2] == '\\';
        if (at >= to || t[at] != '\'') {
          return at;
        }
        at++;
      }
    }
    return to;
  }

  private int quotedName(byte[] t, int from, int i, int to) {
    int end = SqlBytes.quotedEnd(t, i, to);
    int nameEnd = Math.max(i + 1, end - 1);
    if (SqlBytes.isUnicode(t, from, i)) {
      hints.opaque();
    } else if (nameEnd > i + 1 && SqlWord.mayMatter(t, i + 1, nameEnd)) {
      hints.quoted(i + 1, nameEnd);
    }
    return end;
  }

  private int dollar(byte[] t, int i, int to) {
    int tagEnd = SqlBytes.dollarTagEnd(t, i, to);
    if (tagEnd == i) {
      return i + 1;
    }
    int end = SqlBytes.dollarEnd(t, i, tagEnd, to);
    if (hints.inDo()) {
      body(t, tagEnd, end);
    }
    return end;
  }

  /// The body of DO, in whatever language: every word counts, even in strings that the body may
  /// execute. Words that are none, as the SET of an UPDATE, give names of settings that do not
  /// exist.
  private void body(byte[] t, int from, int to) {
    hints.enterBody();
    int before = from;
    int beforeEnd = from;
    int i = from;
    while (i < to) {
      byte first = t[i];
      if (SqlBytes.KIND[first & 0xff] == SqlBytes.LETTER) {
        int word = i;
        i = SqlBytes.wordEnd(t, i + 1, to);
        if (SqlWord.mayMatterFirst(t, word, i)) {
          hints.first(word, i);
          hints.inside(word, i, before, beforeEnd);
        }
        before = word;
        beforeEnd = i;
      } else {
        i += first == '\\' ? 2 : 1; // as the newline in E'BEGIN\nSET …'
      }
    }
    hints.leaveBody();
  }
}
