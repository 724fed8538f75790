package io.trunkline.bench.demo;

import java.time.Duration;
import java.util.Locale;

/// Durations as the viewer reads them.
final class Texts {
  private Texts() {}

  /// Such as `00:01:02`.
  static String clock(Duration duration) {
    return "%02d:%02d:%02d"
        .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
  }

  /// Such as `40 ms`, and from one second on `1.24 s`.
  static String millis(Duration duration) {
    return duration.toMillis() < 1_000
        ? duration.toMillis() + " ms"
        : String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1_000.0);
  }
}
