package io.trunkline.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes the table of `docs/failover.md`. Rows that were tried take the place of what they were
/// before; those that were not, because only some were asked for, stay.
final class FailoverDoc {
  private static final String BEGIN = "<!-- begin: written by FailoverIT -->\n";
  private static final String END = "<!-- end: written by FailoverIT -->\n";

  private FailoverDoc() {}

  static void write(Path file, List<TrialResult> results) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, with("", Faults.all(), results));
  }

  static void writeInto(Path file, List<TrialResult> results) throws IOException {
    String text = Files.readString(file);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    if (from < BEGIN.length() || to < from) {
      throw new IOException("no place for the table in " + file);
    }
    String table = with(text.substring(from, to), Faults.all(), results);
    Files.writeString(file, text.substring(0, from) + table + text.substring(to));
  }

  /// @param before the table as it was
  /// @param order of the rows
  static String with(String before, List<Fault> order, List<TrialResult> results) {
    Map<String, String> rows = new LinkedHashMap<>();
    before
        .lines()
        .filter(line -> line.startsWith("| "))
        .forEach(line -> rows.put(name(line), line + "\n"));
    results.forEach(result -> rows.put(result.fault().name(), result.row()));
    return order.stream()
        .map(fault -> rows.getOrDefault(fault.name(), ""))
        .collect(Collectors.joining("", TrialResult.heading(), ""));
  }

  private static String name(String line) {
    return line.substring(2, line.indexOf(" |")).replace(TrialResult.BY_HAND, "");
  }
}
