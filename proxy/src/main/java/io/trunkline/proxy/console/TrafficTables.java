package io.trunkline.proxy.console;

import io.trunkline.proxy.session.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/// `SHOW STATS` and its kin: what the clients of each database have done, since the start and per
/// second of late.
final class TrafficTables {
  static final Columns STATS =
      Columns.of()
          .text("database")
          .numeric("total_server_assignment_count", "total_xact_count", "total_query_count")
          .numeric("total_received", "total_sent")
          .numeric("total_xact_time", "total_query_time", "total_wait_time")
          .numeric("total_client_parse_count", "total_server_parse_count", "total_bind_count")
          .numeric("total_client_login_count")
          .numeric("avg_server_assignment_count", "avg_xact_count", "avg_query_count")
          .numeric("avg_recv", "avg_sent", "avg_xact_time", "avg_query_time", "avg_wait_time")
          .numeric("avg_client_parse_count", "avg_server_parse_count", "avg_bind_count")
          .numeric("avg_client_login_count")
          .numeric("total_requests"); // queries before 1.8, which exporters ask for
  static final Columns STATS_TOTALS =
      Columns.of()
          .text("database")
          .numeric("server_assignment_count", "xact_count", "query_count")
          .numeric("bytes_received", "bytes_sent", "xact_time", "query_time", "wait_time")
          .numeric("client_parse_count", "server_parse_count", "bind_count")
          .numeric("client_login_count");
  static final Columns STATS_AVERAGES =
      Columns.of()
          .text("database")
          .numeric("server_assignment_count", "xact_count", "query_count")
          .numeric("bytes_received", "bytes_sent", "xact_time", "query_time", "wait_time")
          .numeric("avg_client_parse_count", "avg_server_parse_count", "avg_bind_count")
          .numeric("avg_client_login_count");
  static final Columns TOTALS = Columns.of().text("name").numeric("value");

  private static final List<String> FIGURES =
      List.of(
          "server_assignment_count",
          "xact_count",
          "query_count",
          "client_bytes",
          "server_bytes",
          "xact_time",
          "query_time",
          "wait_time",
          "ps_client_parse_count",
          "ps_server_parse_count",
          "ps_bind_count",
          "client_login_count");

  private final ConsoleParts parts;
  private final Guests guests;
  private final TrafficHistory history;

  TrafficTables(ConsoleParts parts, Guests guests, TrafficHistory history) {
    this.parts = parts;
    this.guests = guests;
    this.history = history;
  }

  List<ConsoleCommand> commands() {
    return List.of(
        ConsoleCommand.showLater("STATS", STATS, _ -> table(STATS, true, true)),
        ConsoleCommand.showLater(
            "STATS_TOTALS", STATS_TOTALS, _ -> table(STATS_TOTALS, true, false)),
        ConsoleCommand.showLater(
            "STATS_AVERAGES", STATS_AVERAGES, _ -> table(STATS_AVERAGES, false, true)),
        ConsoleCommand.showLater("TOTALS", TOTALS, _ -> now().thenApply(this::totals)));
  }

  /// What each pool's clients have done until now.
  private CompletionStage<Map<Traffic.Key, Traffic.Counts>> now() {
    return TrafficHistory.take(parts.loops(), guests);
  }

  private CompletionStage<Table> table(Columns columns, boolean totals, boolean averages) {
    return now()
        .thenApply(counts -> {
          Map<String, Traffic.Counts> before = byDatabase(history.base().counts());
          Table table = new Table(columns);
          byDatabase(counts)
              .forEach((database, count) -> {
                List<Object> row = new ArrayList<>();
                row.add(database);
                if (totals) {
                  row.addAll(figures(count));
                }
                if (averages) {
                  Traffic.Counts then = before.getOrDefault(database, Traffic.Counts.NONE);
                  row.addAll(averages(count.minus(then)));
                }
                if (totals && averages) {
                  row.add(count.queries());
                }
                table.row(row.toArray());
              });
          return table;
        });
  }

  private Table totals(Map<Traffic.Key, Traffic.Counts> counts) {
    Traffic.Counts all = sum(counts);
    List<Long> totals = figures(all);
    List<Long> averages = averages(all.minus(sum(history.base().counts())));
    Table table = new Table(TOTALS);
    for (int i = 0; i < FIGURES.size(); i++) {
      table.row("total_" + FIGURES.get(i), totals.get(i));
    }
    for (int i = 0; i < FIGURES.size(); i++) {
      table.row("avg_" + FIGURES.get(i), averages.get(i));
    }
    return table;
  }

  private static Traffic.Counts sum(Map<Traffic.Key, Traffic.Counts> counts) {
    return counts.values().stream().reduce(Traffic.Counts.NONE, Traffic.Counts::plus);
  }

  private static Map<String, Traffic.Counts> byDatabase(Map<Traffic.Key, Traffic.Counts> counts) {
    Map<String, Traffic.Counts> sums = new TreeMap<>();
    counts.forEach((key, count) -> sums.merge(key.database(), count, Traffic.Counts::plus));
    return sums;
  }

  /// Times in microseconds.
  private static List<Long> figures(Traffic.Counts counts) {
    return List.of(
        counts.assignments(),
        counts.transactions(),
        counts.queries(),
        counts.clientBytes(),
        counts.serverBytes(),
        micros(counts.transactionNanos()),
        micros(counts.queryNanos()),
        micros(counts.waitNanos()),
        counts.clientParses(),
        counts.serverParses(),
        counts.binds(),
        counts.logins());
  }

  /// Counts and the wait per second, the other times per transaction and per query: as PgBouncer
  /// has it.
  private List<Long> averages(Traffic.Counts since) {
    double seconds = history.secondsSinceBase();
    return List.of(
        rate(since.assignments(), seconds),
        rate(since.transactions(), seconds),
        rate(since.queries(), seconds),
        rate(since.clientBytes(), seconds),
        rate(since.serverBytes(), seconds),
        micros(since.transactionNanos()) / Math.max(1, since.transactions()),
        micros(since.queryNanos()) / Math.max(1, since.queries()),
        rate(micros(since.waitNanos()), seconds),
        rate(since.clientParses(), seconds),
        rate(since.serverParses(), seconds),
        rate(since.binds(), seconds),
        rate(since.logins(), seconds));
  }

  private static long rate(long count, double seconds) {
    return (long) (count / seconds);
  }

  private static long micros(long nanos) {
    return nanos / 1_000;
  }
}
