package io.trunkline.proxy.failover;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One failover as it is shown.
///
/// @param id counts them, from 1
/// @param kind switchover (announced), failover, or interruption (the same leader went on)
/// @param from who led before
/// @param to who leads since; empty for nobody yet
/// @param reason what the topology said
/// @param lastWriteNanos when the last transaction of a writing client ended before; null when none
///   did
/// @param firstWriteNanos when the first one ended afterwards; null while none has
/// @param held clients that waited for somebody to lead
/// @param longestHoldNanos how long the most patient one did
/// @param errors what clients were told, by SQLSTATE
public record FlightReport(
    long id,
    String cluster,
    Instant began,
    String kind,
    String from,
    String to,
    String reason,
    Moments moments,
    @Nullable Long lastWriteNanos,
    @Nullable Long firstWriteNanos,
    long held,
    long longestHoldNanos,
    Map<String, Integer> errors) {

  /// Nanoseconds since the beginning; 0 for what never came.
  ///
  /// @param drained the leader was to be drained
  /// @param leaderless nobody led
  /// @param moved another member led
  /// @param resumed writes were let go
  public record Moments(long drained, long leaderless, long moved, long resumed) {}
}
