package io.trunkline.conf;

import java.util.regex.Pattern;

/// Where in the file a setting stands, written as an operator would: `listeners[0].pool.size`,
/// `databases."my.db".cluster`. Empty for the file as a whole.
record KeyPath(String text) {
  static final KeyPath ROOT = new KeyPath("");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_*@-]{1,64}");
  private static final int SHOWN_MAX = 64;

  KeyPath child(String key) {
    String shown = PLAIN.matcher(key).matches() ? key : quoted(key);
    return new KeyPath(text.isEmpty() ? shown : text + "." + shown);
  }

  KeyPath item(int index) {
    return new KeyPath(text + "[" + index + "]");
  }

  /// Adds the key of a [io.trunkline.settings.Problem], which may be empty or dotted itself.
  KeyPath below(String dotted) {
    if (dotted.isEmpty()) {
      return this;
    }
    return new KeyPath(text.isEmpty() ? dotted : text + "." + dotted);
  }

  /// The path one step up, as far as dots and brackets tell; a quoted name may take several steps.
  KeyPath parent() {
    return new KeyPath(text.substring(0, Math.max(0, lastStep())));
  }

  private int lastStep() {
    return Math.max(text.lastIndexOf('.'), text.lastIndexOf('['));
  }

  boolean isWithin(KeyPath other) {
    if (other.text.isEmpty() || text.equals(other.text)) {
      return true;
    }
    return text.startsWith(other.text + ".") || text.startsWith(other.text + "[");
  }

  /// A text of the file as a message may show it: short, on one line, without control characters.
  static String quoted(String text) {
    String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
    return '"' + shown.replaceAll("\\p{C}", "?") + '"';
  }

  @Override
  public String toString() {
    return text;
  }
}
