package io.trunkline.proxy.failover;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One time in which a cluster's leader took no writes, from its beginning until somebody took them
/// again, and what it cost. All moments are nanoseconds since the beginning; 0 for those that never
/// came. Thread-safe: written by who follows the topology and by sessions that were hurt.
final class Flight {
  final long id;
  final String cluster;
  final Instant began;
  final long beganNanos;
  final String from;

  private String reason;
  private String to = "";
  private long drained;
  private long leaderless;
  private long moved;
  private long resumed;
  private long held;
  private long longestHold;
  private final Map<String, Integer> errors = new TreeMap<>();

  Flight(long id, String cluster, Instant began, long beganNanos, String from, String reason) {
    this.id = id;
    this.cluster = cluster;
    this.began = began;
    this.beganNanos = beganNanos;
    this.from = from;
    this.reason = reason;
  }

  private long since(long nowNanos) {
    return Math.max(1, nowNanos - beganNanos);
  }

  synchronized void onDrain(long nowNanos) {
    drained = drained == 0 ? since(nowNanos) : drained;
  }

  synchronized void onNoLeader(long nowNanos, String why) {
    if (leaderless == 0) {
      leaderless = since(nowNanos);
      reason = why;
    }
  }

  synchronized void onLeader(long nowNanos, String leader) {
    if (moved == 0 && !leader.equals(from)) {
      moved = since(nowNanos);
    }
    to = leader;
  }

  synchronized void onResumed(long nowNanos) {
    resumed = since(nowNanos);
  }

  synchronized void onHeld(long nanos) {
    held++;
    longestHold = Math.max(longestHold, nanos);
  }

  synchronized void onError(String sqlState) {
    errors.merge(sqlState, 1, Integer::sum);
  }

  synchronized FlightReport report(@Nullable Writes writes) {
    return new FlightReport(
        id,
        cluster,
        began,
        kind(),
        from,
        to,
        reason,
        new FlightReport.Moments(drained, leaderless, moved, resumed),
        writes == null || writes.lastNanos() == 0 ? null : writes.lastNanos() - beganNanos,
        writes == null || writes.firstNanos() == 0 ? null : writes.firstNanos() - beganNanos,
        held,
        longestHold,
        Map.copyOf(errors));
  }

  private String kind() {
    if (moved == 0) {
      return "interruption";
    }
    return drained > 0 ? "switchover" : "failover";
  }
}
