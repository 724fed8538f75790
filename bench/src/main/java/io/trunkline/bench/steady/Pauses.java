package io.trunkline.bench.steady;

import java.time.Duration;

/// How often everything stood still, and for how long.
final class Pauses {
  private int count;
  private Duration longest = Duration.ZERO;
  private Duration sum = Duration.ZERO;

  void add(Duration pause) {
    count++;
    sum = sum.plus(pause);
    longest = pause.compareTo(longest) > 0 ? pause : longest;
  }

  int count() {
    return count;
  }

  Duration longest() {
    return longest;
  }

  @Override
  public String toString() {
    return "%d; the longest %.2f ms, all together %.2f ms"
        .formatted(count, millis(longest), millis(sum));
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
