package io.trunkline.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The results as one Markdown table, with a plot beside it.
final class Report {
  private static final double NANOS_A_MILLI = 1e6;

  private final Results results;
  private final String reference;
  private final List<String> about;

  /// @param reference whom ratios are to
  /// @param about lines on the machine and who took part
  Report(Results results, String reference, List<String> about) {
    this.results = results;
    this.reference = reference;
    this.about = List.copyOf(about);
  }

  /// Writes `results.md` and `results.svg`.
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("results.md"), text());
    Files.writeString(directory.resolve("results.svg"), new Plot(results, reference).svg());
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("# Side by side");
    lines.add("");
    about.forEach(line -> lines.add("- " + line));
    lines.add("- " + results.noise());
    results.remarks().forEach(remark -> lines.add("- " + remark));
    lines.add("");
    lines.add(
        "Medians over the rounds. Processor time is that of all the proxy's processes, in"
            + " microseconds per unit, of it in user mode in parentheses. Ratios are to "
            + reference
            + " in the same round: the median, and the least and the greatest in parentheses.");
    lines.add("");
    lines.add(
        "| scenario | unit | proxy | CPU us | ratio | per second | ratio"
            + " | p50 ms | p99 ms | p99.9 ms | longest gap ms | RSS MB | syscalls | errors |");
    lines.add("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (Scenario scenario : results.scenarios()) {
      for (String contestant : results.contestants(scenario)) {
        lines.add(row(scenario, contestant));
      }
    }
    lines.add("");
    return String.join("\n", lines);
  }

  private String row(Scenario scenario, String contestant) {
    List<String> cells = new ArrayList<>();
    cells.add(scenario.name());
    cells.add(scenario.work().unit());
    cells.add(contestant);
    cells.add(
        "%s (%s)"
            .formatted(
                number(results.median(scenario, contestant, Sample::microsPerUnit)),
                number(results.median(scenario, contestant, Sample::userMicrosPerUnit))));
    cells.add(ratio(results.ratios(scenario, contestant, reference, Sample::microsPerUnit)));
    cells.add("%.0f".formatted(results.median(scenario, contestant, Sample::unitsPerSecond)));
    cells.add(ratio(results.ratios(scenario, contestant, reference, Sample::unitsPerSecond)));
    cells.add(millis(results.median(scenario, contestant, s -> s.load().p50Nanos())));
    cells.add(millis(results.median(scenario, contestant, s -> s.load().p99Nanos())));
    cells.add(millis(results.median(scenario, contestant, s -> s.load().p999Nanos())));
    cells.add(millis(results.median(scenario, contestant, s -> s.load().gapNanos())));
    cells.add("%.1f".formatted(results.median(scenario, contestant, s -> s.use().rssKib()) / 1024));
    var syscalls = results.syscalls(scenario, contestant);
    cells.add(syscalls.isPresent() ? number(syscalls.getAsDouble()) : "");
    cells.add("%.0f".formatted(results.median(scenario, contestant, s -> s.load().errors())));
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String millis(double nanos) {
    return "%.2f".formatted(nanos / NANOS_A_MILLI);
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, number < 100 ? "%.1f" : "%.0f", number);
  }

  private static String ratio(double... sorted) {
    if (sorted.length == 0) {
      return "";
    }
    String median = "**%.2f**".formatted(Results.median(sorted));
    return sorted.length == 1
        ? median
        : median + " (%.2f-%.2f)".formatted(sorted[0], sorted[sorted.length - 1]);
  }
}
