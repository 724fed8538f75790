package io.trunkline.health;

import java.time.Duration;

/// How often a monitor looks, and how sure it wants to be.
///
/// @param interval between two looks at a member while all is well
/// @param urgentInterval the same while there is no leader or a member is in doubt; also the least
///   time between two looks, however many hints ask for one; a member that holds the leader key and
///   does not lead yet is looked at more often
/// @param failedLooksMax how many doubtful looks in a row make a member dead
public record MonitorPace(Duration interval, Duration urgentInterval, int failedLooksMax) {
  private static final Duration URGENT = Duration.ofMillis(50);
  private static final Duration PRESSING = Duration.ofMillis(20);

  public MonitorPace {
    if (!urgentInterval.isPositive()
        || interval.compareTo(urgentInterval) < 0
        || failedLooksMax < 1) {
      throw new IllegalArgumentException(
          "impossible pace: %s, %s, %d".formatted(interval, urgentInterval, failedLooksMax));
    }
  }

  /// The pace of these settings, twenty looks a second while in doubt. Where no SQL is spoken there
  /// never is a leader, and no reason to hurry.
  public static MonitorPace of(ProbeSettings settings) {
    Duration interval = settings.interval();
    boolean calm = settings.method() != ProbeMethod.SQL || interval.compareTo(URGENT) < 0;
    return new MonitorPace(interval, calm ? interval : URGENT, settings.failures());
  }

  /// How long to wait after a look that began at `beganNanos`.
  ///
  /// Looks at all members fall on the same ticks, counted from `originNanos`, so that a standby's
  /// position is compared with one the leader had at nearly the same moment.
  long calmWaitNanos(long beganNanos, long nowNanos, long originNanos) {
    long sinceTick = Math.floorMod(nowNanos - originNanos, interval.toNanos());
    return Math.max(interval.toNanos() - sinceTick, urgentWaitNanos(beganNanos, nowNanos));
  }

  /// How long to wait after a look that began at `beganNanos` when the next is urgent.
  long urgentWaitNanos(long beganNanos, long nowNanos) {
    return Math.max(0, urgentInterval.toNanos() - (nowNanos - beganNanos));
  }

  /// How long to wait after a look that began at `beganNanos` at a member clients wait for.
  long pressingWaitNanos(long beganNanos, long nowNanos) {
    long least = Math.min(PRESSING.toNanos(), urgentInterval.toNanos());
    return Math.max(0, least - (nowNanos - beganNanos));
  }

  /// How long to wait after a look that began at `beganNanos`.
  long waitNanos(Urgency urgency, long beganNanos, long nowNanos, long originNanos) {
    return switch (urgency) {
      case CALM -> calmWaitNanos(beganNanos, nowNanos, originNanos);
      case SOON -> urgentWaitNanos(beganNanos, nowNanos);
      case PRESSING -> pressingWaitNanos(beganNanos, nowNanos);
    };
  }
}
