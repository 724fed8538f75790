package io.trunkline.proxy.console;

import io.trunkline.proxy.session.Traffic;
import java.util.Map;

/// What the log says of the traffic of one period, in PgBouncer's words: counts per second, times
/// per transaction and query, the wait per second.
final class TrafficLine {
  private TrafficLine() {}

  static String of(Map<Traffic.Key, Traffic.Counts> period, double seconds) {
    Traffic.Counts all = period.values().stream().reduce(Traffic.Counts.NONE, Traffic.Counts::plus);
    return "stats: %d xacts/s, %d queries/s, %d client parses/s, %d server parses/s, %d binds/s, "
            .formatted(
                rate(all.transactions(), seconds),
                rate(all.queries(), seconds),
                rate(all.clientParses(), seconds),
                rate(all.serverParses(), seconds),
                rate(all.binds(), seconds))
        + "in %d B/s, out %d B/s, xact %d us, query %d us, wait %d us"
            .formatted(
                rate(all.clientBytes(), seconds),
                rate(all.serverBytes(), seconds),
                micros(all.transactionNanos()) / Math.max(1, all.transactions()),
                micros(all.queryNanos()) / Math.max(1, all.queries()),
                rate(micros(all.waitNanos()), seconds));
  }

  private static long rate(long count, double seconds) {
    return (long) (count / seconds);
  }

  private static long micros(long nanos) {
    return nanos / 1_000;
  }
}
