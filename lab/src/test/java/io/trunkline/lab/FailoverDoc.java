package io.trunkline.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes the table of `docs/failover.md`.
final class FailoverDoc {
  private static final String BEGIN = "<!-- begin: written by FailoverIT -->\n";
  private static final String END = "<!-- end: written by FailoverIT -->\n";

  private FailoverDoc() {}

  static void write(Path file, List<TrialResult> results) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, table(results));
  }

  /// Replaces what stands between the two marks.
  static void writeInto(Path file, List<TrialResult> results) throws IOException {
    String text = Files.readString(file);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    if (from < BEGIN.length() || to < from) {
      throw new IOException("no place for the table in " + file);
    }
    Files.writeString(
        file, text.substring(0, from) + "\n" + table(results) + "\n" + text.substring(to));
  }

  private static String table(List<TrialResult> results) {
    StringBuilder table = new StringBuilder(TrialResult.heading());
    results.forEach(result -> table.append(result.row()));
    return table.toString();
  }
}
