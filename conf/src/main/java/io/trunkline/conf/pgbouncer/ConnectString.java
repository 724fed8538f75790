package io.trunkline.conf.pgbouncer;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What follows the name of a database, user or peer: `key=value` pairs apart by blanks, where
/// quotes `'` go around a value with blanks and `''` inside them is one quote. Of a key that is
/// there twice the last counts.
final class ConnectString {

  /// What is wrong with one, without any of its text, which may hold a password.
  static final class Mistake extends Exception {
    Mistake(String found) {
      super(found);
    }
  }

  private final String text;
  private int at;

  private ConnectString(String text) {
    this.text = text;
  }

  static Map<String, String> parse(String text) throws Mistake {
    ConnectString reader = new ConnectString(text);
    Map<String, String> pairs = new LinkedHashMap<>();
    reader.skipBlanks();
    while (!reader.atEnd()) {
      String key = reader.key();
      pairs.put(key, reader.value(key));
      reader.skipBlanks();
    }
    return pairs;
  }

  private boolean atEnd() {
    return at == text.length();
  }

  private void skipBlanks() {
    while (!atEnd() && isBlank(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private String key() throws Mistake {
    int start = at;
    while (!atEnd() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    String key = text.substring(start, at).toLowerCase(Locale.ROOT);
    skipBlanks();
    if (key.isEmpty() || atEnd() || text.charAt(at) != '=') {
      throw new Mistake("something that is no key=value");
    }
    at++;
    skipBlanks();
    return key;
  }

  private String value(String key) throws Mistake {
    if (!atEnd() && text.charAt(at) == '\'') {
      return quoted(key);
    }
    int start = at;
    while (!atEnd() && !isBlank(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw new Mistake(key + " without a value");
    }
    return text.substring(start, at);
  }

  private String quoted(String key) throws Mistake {
    StringBuilder value = new StringBuilder();
    for (at++; !atEnd(); at++) {
      if (text.charAt(at) != '\'') {
        value.append(text.charAt(at));
      } else if (at + 1 < text.length() && text.charAt(at + 1) == '\'') {
        value.append('\'');
        at++;
      } else {
        at++;
        return value.toString();
      }
    }
    throw new Mistake(key + " with a quote that is never closed");
  }
}
