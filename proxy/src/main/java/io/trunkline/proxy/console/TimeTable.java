package io.trunkline.proxy.console;

import io.trunkline.pool.TimeBuckets;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.proxy.session.LoopTimes;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `SHOW TIMES`: where time went since the start. Ours. Averages are exact; all else is the bound
/// of a bucket, at most twice the time it stands for, and null behind the last bound.
final class TimeTable {
  static final Columns TIMES =
      Columns.of()
          .text("time")
          .int8("count", "avg_us", "p50_us", "p90_us", "p99_us", "p999_us", "max_us");

  private static final long NANOS_PER_MICRO = 1_000;
  private static final int MEDIAN = 500;
  private static final int P90 = 900;
  private static final int P99 = 990;
  private static final int P999 = 999;
  private static final int ALL = 1_000;

  /// What all loops have counted.
  private record Sum(LoopTimes.Copy times, TimeBuckets.Copy connects) {
    static final Sum NOTHING = new Sum(LoopTimes.Copy.nothing(), TimeBuckets.Copy.nothing());

    Sum plus(Sum other) {
      return new Sum(times.plus(other.times), connects.plus(other.connects));
    }
  }

  private final ConsoleParts parts;

  TimeTable(ConsoleParts parts) {
    this.parts = parts;
  }

  ConsoleCommand command() {
    return ConsoleCommand.showLater("TIMES", TIMES, _ -> rows());
  }

  private CompletionStage<Table> rows() {
    return parts.loops().ask(this::ofLoop).thenApply(TimeTable::table);
  }

  private Sum ofLoop(LoopContext context) {
    return new Sum(context.times().copy(), parts.pools().openings(context.index()).times());
  }

  private static Table table(List<Sum> ofLoops) {
    Sum sum = ofLoops.stream().reduce(Sum.NOTHING, Sum::plus);
    Table table = new Table(TIMES);
    row(table, "queue", sum.times.queue());
    row(table, "connect", sum.connects);
    row(table, "first_byte", sum.times.firstByte());
    row(table, "total", sum.times.total());
    row(table, "drain", sum.times.drain());
    return table;
  }

  private static void row(Table table, String name, TimeBuckets.Copy times) {
    long count = times.count();
    table.row(
        name,
        count,
        count == 0 ? null : times.sumNanos() / count / NANOS_PER_MICRO,
        bound(times, MEDIAN),
        bound(times, P90),
        bound(times, P99),
        bound(times, P999),
        bound(times, ALL));
  }

  private static @Nullable Long bound(TimeBuckets.Copy times, int perMille) {
    OptionalLong bound = times.boundMicros(perMille);
    return bound.isPresent() ? bound.getAsLong() : null;
  }
}
