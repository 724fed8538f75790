package io.trunkline.conf.hba;

import io.trunkline.conf.hba.Outside.Unanswered;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// An expression of a file, equal to another of the same text.
///
/// PostgreSQL's know look-ahead and back references (PostgreSQL docs, "Regular Expression
/// Details"), which engines of linear time do not; this one does, and may take for ever with a name
/// made for it. So what it reads is counted, and a name that takes too much is nobody's.
///
/// As there, a dot is any character, and `$` the end alone.
record Regex(String text, Pattern pattern) {
  /// A name of 63 bytes and an expression people would write take some hundreds.
  private static final int READS_MAX = 100_000;

  private static final int FLAGS = Pattern.UNIX_LINES | Pattern.DOTALL;

  static Regex of(Token token) throws PatternSyntaxException {
    String text = token.text().substring(1);
    return new Regex(text, Pattern.compile(text, FLAGS));
  }

  /// Where it is found in a name; null for nowhere.
  ///
  /// @throws Unanswered when that takes too long to say
  @Nullable MatchResult find(String name) throws Unanswered {
    if (name.endsWith("\n")) { // before which a `$` would match
      throw new Unanswered("a name that ends with a newline, for an expression");
    }
    try {
      Matcher matcher = pattern.matcher(new Counted(name));
      return matcher.find() ? matcher.toMatchResult() : null;
    } catch (TooMuch | StackOverflowError expected) { // by a name that somebody has made up
      throw new Unanswered("an expression takes too long with this name");
    }
  }

  int groups() {
    return pattern.matcher("").groupCount();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Regex(String otherText, _) && otherText.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /// Enough has been read.
  private static final class TooMuch extends RuntimeException {
    TooMuch() {
      super(null, null, false, false);
    }
  }

  /// A text that lets itself be read so many times: no step of a search goes without reading.
  private static final class Counted implements CharSequence {
    private final String text;
    private int reads;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++reads > READS_MAX) {
        throw new TooMuch();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
