package io.trunkline.proxy.console;

import io.trunkline.proxy.failover.FlightReport;
import io.trunkline.proxy.failover.Writes;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `SHOW FAILOVERS`: what happened the last times that a leader took no writes, and what clients
/// noticed of it. Ours.
final class FailoverTable {
  static final Columns FAILOVERS =
      Columns.of()
          .int8("id")
          .text("cluster", "began", "kind", "from", "to", "reason")
          .int8(
              "drained_us",
              "leaderless_us",
              "moved_us",
              "resumed_us",
              "last_write_us",
              "first_write_us",
              "held",
              "longest_hold_us")
          .text("errors");

  private static final DateTimeFormatter BEGAN =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS zzz", Locale.ROOT);
  private static final long NANOS_PER_MICRO = 1_000;

  private final ConsoleParts parts;

  FailoverTable(ConsoleParts parts) {
    this.parts = parts;
  }

  List<ConsoleCommand> commands() {
    return List.of(ConsoleCommand.showLater("FAILOVERS", FAILOVERS, _ -> rows()));
  }

  private CompletionStage<Table> rows() {
    return parts
        .loops()
        .ask(context -> context.writeMarks())
        .thenApply(marks -> {
          Map<Long, Writes> all = new HashMap<>();
          marks.forEach(ofLoop -> ofLoop.forEach((id, one) -> all.merge(id, one, Writes::and)));
          Table table = new Table(FAILOVERS);
          parts.recorder().reports(all).forEach(report -> row(table, report));
          return table;
        });
  }

  private void row(Table table, FlightReport report) {
    ZoneId zone = parts.moments().zone();
    FlightReport.Moments moments = report.moments();
    table.row(
        report.id(),
        report.cluster(),
        BEGAN.format(report.began().atZone(zone)),
        report.kind(),
        report.from(),
        report.to(),
        report.reason(),
        micros(moments.drained()),
        micros(moments.leaderless()),
        micros(moments.moved()),
        micros(moments.resumed()),
        signedMicros(report.lastWriteNanos()),
        signedMicros(report.firstWriteNanos()),
        report.held(),
        report.longestHoldNanos() / NANOS_PER_MICRO,
        new TreeMap<>(report.errors())
            .entrySet().stream()
                .map(error -> error.getKey() + "=" + error.getValue())
                .collect(Collectors.joining(" ")));
  }

  /// Null for what never came.
  private static @Nullable Long micros(long nanos) {
    return nanos == 0 ? null : nanos / NANOS_PER_MICRO;
  }

  private static @Nullable Long signedMicros(@Nullable Long nanos) {
    return nanos == null ? null : nanos / NANOS_PER_MICRO;
  }
}
