package io.trunkline.health.etcd;

/// Foreign words for the log and the console: on one line and not too long.
public final class ForeignText {
  private static final int CHARS_MAX = 200;

  private ForeignText() {}

  public static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= CHARS_MAX ? line : line.substring(0, CHARS_MAX) + "...";
  }
}
