package io.trunkline.proxy.drivers;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// What the trials of one run have found, as the table of `docs/drivers.md`.
public final class TrialReport {
  private static final String BEGIN = "<!-- trials: generated -->\n";
  private static final String END = "<!-- trials: end -->\n";

  /// What an application has to know, by the trial's name.
  static final Path ADVICE = Launcher.SOURCES.resolve("advice.properties");

  /// One driver: its version and the outcomes in each mode over all server versions.
  private static final class Row {
    private String version = "";
    private final Map<Mode, List<Fact.Outcome>> outcomes = new EnumMap<>(Mode.class);
  }

  private final Map<String, Row> rows = new LinkedHashMap<>();

  public synchronized void add(Trial trial, Mode mode, List<Fact> facts) {
    Row row = rows.computeIfAbsent(trial.name(), name -> new Row());
    for (Fact fact : facts) {
      switch (fact) {
        case Fact.Driver(String version) -> row.version = version;
        case Fact.Outcome outcome ->
            row.outcomes.computeIfAbsent(mode, m -> new ArrayList<>()).add(outcome);
        case Fact.Begun _, Fact.Note _ -> {}
      }
    }
  }

  public synchronized String table() throws IOException {
    Properties advice = new Properties();
    try (Reader reader = Files.newBufferedReader(ADVICE)) {
      advice.load(reader);
    }
    StringBuilder table =
        new StringBuilder("| run | session | transaction | replica | what it needs to know |\n")
            .append("|---|---|---|---|---|\n");
    rows.forEach((name, row) -> {
      table.append("| ").append(row.version);
      for (Mode mode : Mode.values()) {
        table.append(" | ").append(summary(row.outcomes.getOrDefault(mode, List.of())));
      }
      table.append(" | ").append(advice.getProperty(name, "")).append(" |\n");
    });
    return table.toString();
  }

  private static String summary(List<Fact.Outcome> outcomes) {
    long passed = outcomes.stream().filter(Fact.Passed.class::isInstance).count();
    long skipped = outcomes.stream().filter(Fact.Skipped.class::isInstance).count();
    long made = outcomes.size() - skipped;
    if (made == 0) {
      return "–";
    }
    return (passed == made ? "all " + made : passed + " of " + made)
        + (skipped == 0 ? "" : ", " + skipped + " skipped");
  }

  /// Writes the table alone.
  public void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, table());
  }

  /// Puts the table into a document, between the two lines that mark its place.
  public void writeInto(Path document) throws IOException {
    String text = Files.readString(document);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(document + " has no place for the table: " + BEGIN.strip());
    }
    Files.writeString(
        document, text.substring(0, begin + BEGIN.length()) + table() + text.substring(end));
  }
}
