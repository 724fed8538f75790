package io.trunkline.bench.demo;

import io.trunkline.bench.demo.Chronicle.Event;
import io.trunkline.bench.demo.Snapshot.Share;
import java.util.ArrayList;
import java.util.List;

/// What is left to read when the demo has ended.
final class Summary {
  private static final String SHARE = "  %-7s %-16s %9s %9s";

  private Summary() {}

  static List<String> lines(Snapshot last) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("In " + Texts.clock(last.running()) + ", queries answered by member:");
    lines.add(SHARE.formatted("MEMBER", "ADDRESS", "WRITES", "READS"));
    last.shares().forEach(share -> lines.add(row(share)));
    lines.add("What the clients noticed:");
    lines.add(row("writers", last.ports().writes(), last.writes().report()));
    lines.add(row("readers", last.ports().reads(), last.reads().report()));
    if (!last.events().isEmpty()) {
      lines.add("What they noticed of each event:");
      last.events().forEach(event -> lines.add("  " + text(event)));
    }
    return lines;
  }

  private static String row(Share share) {
    return SHARE.formatted(share.member(), share.address(), share.writes(), share.reads());
  }

  private static String row(String clients, int port, ClientReport report) {
    Noticed noticed = report.noticed();
    String text =
        "  %s on %d: %d queries, %s, longest pause between two %s"
            .formatted(
                clients,
                port,
                report.answers(),
                noticed.errorsText(),
                Texts.millis(noticed.longestPause()));
    return report.lastError().isEmpty() ? text : text + "; last error: " + report.lastError();
  }

  /// One event in one line.
  static String text(Event event) {
    return "%s  %-28s writers %-30s readers %s"
        .formatted(
            Texts.clock(event.at()), event.what(), text(event.writers()), text(event.readers()));
  }

  private static String text(Noticed noticed) {
    return Texts.millis(noticed.longestPause()) + ", " + noticed.errorsText();
  }
}
