package io.trunkline.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Durations as the file writes them: a whole number with its unit (`250ms`, `30s`, `5m`, `1h`,
/// `1d`). Zero needs no unit.
public final class DurationText {

  /// About a hundred years: still far from where nanoseconds overflow a long (292 years).
  static final Duration LONGEST = Duration.ofDays(36_500);

  private DurationText() {}

  /// Null when the text is no duration, or one above [#LONGEST].
  public static @Nullable Duration parse(String text) {
    Amount amount = Amount.parse(text);
    if (amount == null) {
      return null;
    }
    long unitMillis =
        switch (amount.unit()) {
          case "ms" -> 1L;
          case "s" -> 1_000L;
          case "m" -> 60_000L;
          case "h" -> 3_600_000L;
          case "d" -> 86_400_000L;
          default -> amount.isBareZero() ? 1L : 0L;
        };
    if (unitMillis == 0 || amount.number() > LONGEST.toMillis() / unitMillis) {
      return null;
    }
    return Duration.ofMillis(amount.number() * unitMillis);
  }

  /// The duration in the largest unit that gives a whole number; parts of a millisecond are left
  /// off.
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0";
    }
    if (millis % 86_400_000 == 0) {
      return millis / 86_400_000 + "d";
    }
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }
}
