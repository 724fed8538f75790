package io.trunkline.lab;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What one row cost.
///
/// @param held the most clients seen waiting at a time
/// @param byHand what neither Patroni nor Trunkline could put right by themselves
/// @param handover what Patroni itself needed, from the shutdown of the old primary to the new key
/// @param afterPromotion from the last promotion to the first write there
/// @param uncertain writes whose error did not say whether they were executed
record TrialResult(
    Fault fault,
    Tally writes,
    Tally reads,
    int held,
    int uncertain,
    List<String> byHand,
    Optional<Duration> handover,
    Optional<Duration> afterPromotion,
    Verdict verdict) {

  private static final List<String> COLUMNS =
      List.of(
          "fault",
          "writes: longest gap",
          "shutdown to the new key",
          "after the promotion",
          "errors",
          "held",
          "longest wait",
          "lost with the old primary",
          "reads: longest gap",
          "errors",
          "HAProxy: gap / errors",
          "PgBouncer behind it");

  /// Marks a row after which something had to be done by hand.
  static final String BY_HAND = " †";

  static String heading() {
    return "| %s |\n|%s\n".formatted(String.join(" | ", COLUMNS), "---|".repeat(COLUMNS.size()));
  }

  String row() {
    return "| %s | %s | %s | %s | %s | %d | %s | %d | %s | %s | %s | %s |\n"
        .formatted(
            byHand.isEmpty() ? fault.name() : fault.name() + BY_HAND,
            seconds(writes.gap()),
            handover.map(this::besideTheGap).orElse(""),
            afterPromotion.map(TrialResult::seconds).orElse(""),
            errors(writes),
            held,
            seconds(writes.slowest()),
            verdict.cutOff().size(),
            seconds(reads.gap()),
            errors(reads),
            fault.baseline().haproxy(),
            fault.baseline().pgbouncer());
  }

  /// How many times as long the clients' gap was as what Patroni needed.
  private String besideTheGap(Duration time) {
    double ratio = (double) writes.gap().toMillis() / Math.max(1, time.toMillis());
    return "%s (× %s)".formatted(seconds(time), String.format(Locale.ROOT, "%.2f", ratio));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
  }

  private static String errors(Tally tally) {
    Map<String, Integer> errors = tally.errors();
    return errors.isEmpty()
        ? "0"
        : errors.entrySet().stream()
            .map(entry -> entry.getValue() + " × " + entry.getKey())
            .collect(Collectors.joining(", "));
  }

  /// For who runs the tests: the row, and one message for each kind of error.
  String story() {
    return """
    %s  %s
      writes=%d reads=%d uncertain=%d by hand=%s
      longest gaps until %s and %s
      write errors %s
      read errors %s
    """
        .formatted(
            fault.name(),
            row(),
            writes.successes(),
            reads.successes(),
            uncertain,
            byHand,
            writes.gapEnd(),
            reads.gapEnd(),
            writes.examples(),
            reads.examples());
  }
}
