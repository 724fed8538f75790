package io.trunkline.conf;

import org.jspecify.annotations.Nullable;

/// Takes words in double quotes from a line, one after the other; `""` inside is one quote.
final class QuotedWords {

  private final String line;
  private int at;
  private String mistake = "";

  QuotedWords(String line) {
    this.line = line;
    skipBlanks();
  }

  boolean atEnd() {
    return at == line.length();
  }

  /// What kept the last `next` from finding a word.
  String mistake() {
    return mistake;
  }

  /// The next word without its quotes; null, with a mistake, when there is none.
  @Nullable String next() {
    if (atEnd()) {
      mistake = "a line that ends too early";
      return null;
    } else if (line.charAt(at) != '"') {
      mistake = "a word without quotes";
      return null;
    }
    StringBuilder word = new StringBuilder();
    for (int i = at + 1; i < line.length(); i++) {
      if (line.charAt(i) != '"') {
        word.append(line.charAt(i));
      } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
        word.append('"');
        i++;
      } else {
        at = i + 1;
        skipBlanks();
        return word.toString();
      }
    }
    mistake = "a quote that is never closed";
    return null;
  }

  private void skipBlanks() {
    while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
      at++;
    }
  }
}
