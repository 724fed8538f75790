package io.trunkline.proxy.console;

import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.proxy.session.Traffic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// What the traffic was one to two periods ago, so that averages are of the recent past. Written by
/// whoever keeps the period, read by any thread.
final class TrafficHistory {
  private static final double NANOS_PER_SECOND = 1e9;

  /// All traffic at one moment.
  record Sample(long atNanos, Map<Traffic.Key, Traffic.Counts> counts) {}

  private final NanoTime clock;
  private volatile Sample older;
  private Sample newer;

  TrafficHistory(NanoTime clock) {
    this.clock = clock;
    older = new Sample(clock.now() - Duration.ofSeconds(1).toNanos(), Map.of());
    newer = older;
  }

  /// What averages are reckoned from.
  Sample base() {
    return older;
  }

  double secondsSinceBase() {
    return (clock.now() - older.atNanos) / NANOS_PER_SECOND;
  }

  /// A period has passed.
  synchronized void turn(Map<Traffic.Key, Traffic.Counts> counts) {
    older = newer;
    newer = new Sample(clock.now(), Map.copyOf(counts));
  }

  /// All traffic of the period that has just passed.
  synchronized Map<Traffic.Key, Traffic.Counts> lastPeriod() {
    Map<Traffic.Key, Traffic.Counts> period = new HashMap<>();
    newer.counts.forEach((key, counts) ->
        period.put(key, counts.minus(older.counts.getOrDefault(key, Traffic.Counts.NONE))));
    return period;
  }

  /// How long that was.
  synchronized double secondsOfLastPeriod() {
    return (newer.atNanos - older.atNanos) / NANOS_PER_SECOND;
  }

  /// All traffic up to now, the commands of the console as well.
  static CompletionStage<Map<Traffic.Key, Traffic.Counts>> take(Loops loops, Guests guests) {
    return loops
        .ask(LoopContext::traffic)
        .thenApply(TrafficHistory::sum)
        .thenApply(sums -> {
          guests
              .commands()
              .forEach((name, count) ->
                  sums.put(new Traffic.Key(name, name), Traffic.Counts.ofCommands(count)));
          return sums;
        });
  }

  private static Map<Traffic.Key, Traffic.Counts> sum(
      List<Map<Traffic.Key, Traffic.Counts>> ofLoops) {
    Map<Traffic.Key, Traffic.Counts> sums = new HashMap<>();
    for (Map<Traffic.Key, Traffic.Counts> one : ofLoops) {
      one.forEach((key, counts) -> sums.merge(key, counts, Traffic.Counts::plus));
    }
    return sums;
  }
}
