package io.trunkline.proxy.console;

import java.util.Locale;

/// A piece of a command.
///
/// @param kind what it is
/// @param text without quotes
record Token(Kind kind, String text) {
  enum Kind {
    /// Letters, digits, `_`, `.`, `-` and `$`, as they were typed.
    WORD,
    /// `"…"`.
    NAME,
    /// `'…'`.
    STRING,
    /// Any other sign.
    SIGN
  }

  /// Whether it is this word, in any case.
  boolean is(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  boolean isSign(char sign) {
    return kind == Kind.SIGN && text.charAt(0) == sign;
  }

  String lower() {
    return text.toLowerCase(Locale.ROOT);
  }
}
