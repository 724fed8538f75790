package io.trunkline.conf.hba;

/// A word of a line. Quotes take its meaning from a keyword and from a leading `+`, but not from a
/// leading `/` (`token_is_keyword`, `token_has_regexp` in PostgreSQL's hba.c).
///
/// @param quoted whether it began with a quote
record Token(String text, boolean quoted) {

  boolean isKeyword(String keyword) {
    return !quoted && text.equals(keyword);
  }

  boolean isGroup() {
    return !quoted && text.startsWith("+");
  }

  boolean isRegex() {
    return text.startsWith("/");
  }

  boolean isFile() {
    return !quoted && text.length() > 1 && text.startsWith("@");
  }
}
