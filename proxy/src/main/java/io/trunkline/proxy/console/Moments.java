package io.trunkline.proxy.console;

import io.trunkline.protocol.NanoTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Moments of the process's clock as an operator reads them.
///
/// @param clock what the moments are of
/// @param wall the time of day
/// @param zone where the operator is
public record Moments(NanoTime clock, InstantSource wall, ZoneId zone) {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss zzz", Locale.ROOT);
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;

  /// The time of day of a moment; null for none.
  @Nullable String text(long nanos) {
    return text(nanos == 0 ? null : wall.instant().minusNanos(clock.now() - nanos));
  }

  /// The time of day of an instant; null for none.
  @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : FORMAT.format(instant.atZone(zone));
  }

  /// Microseconds since a moment; 0 for none.
  long microsSince(long nanos) {
    return nanos == 0 ? 0 : Math.max(0, clock.now() - nanos) / NANOS_PER_MICRO;
  }

  /// The whole seconds of some microseconds.
  static int seconds(long micros) {
    return (int) Math.min(micros / MICROS_PER_SECOND, Integer.MAX_VALUE);
  }

  /// What is left of them.
  static int restMicros(long micros) {
    return (int) (micros % MICROS_PER_SECOND);
  }
}
