package io.trunkline.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// How clients of one port fared: successes, the longest time without one, errors by SQLSTATE.
/// Thread-safe.
final class Tally {
  private final TreeMap<String, Integer> errors = new TreeMap<>();
  private final TreeMap<String, String> examples = new TreeMap<>();
  private long successes;
  private long lastNanos = System.nanoTime();
  private long gapNanos;
  private Instant gapEnd = Instant.now();
  private long slowestNanos;

  synchronized void success(long begunNanos) {
    long now = System.nanoTime();
    successes++;
    slowestNanos = Math.max(slowestNanos, now - begunNanos);
    mind(now);
  }

  synchronized void error(String sqlState, String message) {
    errors.merge(sqlState, 1, Integer::sum);
    examples.putIfAbsent(sqlState, message);
  }

  /// The time until now counts, even if nothing succeeded in it.
  synchronized void end() {
    mind(System.nanoTime());
  }

  private void mind(long now) {
    if (now - lastNanos > gapNanos) {
      gapNanos = now - lastNanos;
      gapEnd = Instant.now();
    }
    lastNanos = now;
  }

  synchronized long successes() {
    return successes;
  }

  /// The longest time in which no client succeeded.
  synchronized Duration gap() {
    return Duration.ofNanos(gapNanos);
  }

  /// When that was over, to be looked up in the logs.
  synchronized Instant gapEnd() {
    return gapEnd;
  }

  /// The longest time a client waited for what then succeeded.
  synchronized Duration slowest() {
    return Duration.ofNanos(slowestNanos);
  }

  synchronized Map<String, Integer> errors() {
    return new TreeMap<>(errors);
  }

  /// One message for each SQLSTATE.
  synchronized Map<String, String> examples() {
    return new TreeMap<>(examples);
  }
}
