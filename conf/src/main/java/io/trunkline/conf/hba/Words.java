package io.trunkline.conf.hba;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes a line apart: fields between blanks, each a list of tokens between commas; quotes keep
/// both together, `""` inside them is one quote, `#` outside them begins a comment. (`next_token`
/// in PostgreSQL's hba.c, oddities included: a quote may begin amid a word, blanks may follow a
/// comma.)
final class Words {
  private final String line;
  private int at;

  /// Whether the last token was followed by a comma.
  private boolean comma;

  private boolean unclosed;

  Words(String line) {
    this.line = line;
  }

  /// Whether a quote was never closed.
  boolean isUnclosed() {
    return unclosed;
  }

  /// The next field; empty at the end of the line.
  List<Token> field() {
    List<Token> tokens = new ArrayList<>();
    do {
      Token token = next();
      if (token == null) {
        break;
      }
      tokens.add(token);
    } while (comma);
    return tokens;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private @Nullable Token next() {
    comma = false;
    while (at < line.length() && (isBlank(line.charAt(at)) || line.charAt(at) == ',')) {
      at++;
    }
    StringBuilder text = new StringBuilder();
    boolean inside = false;
    boolean wasQuote = false;
    boolean sawQuote = false;
    boolean beganQuoted = false;
    for (; at < line.length() && (inside || !isBlank(line.charAt(at))); at++) {
      char c = line.charAt(at);
      if (c == '#' && !inside) {
        at = line.length();
        break;
      } else if (c == ',' && !inside) {
        comma = true;
        at++;
        break;
      }
      if (c != '"' || wasQuote) {
        text.append(c);
      }
      wasQuote = inside && c == '"' && !wasQuote;
      if (c == '"') {
        inside = !inside;
        sawQuote = true;
        beganQuoted |= text.isEmpty();
      }
    }
    unclosed |= inside;
    return sawQuote || !text.isEmpty() ? new Token(text.toString(), beganQuoted) : null;
  }
}
