package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;

/// What became of one event loop's attempts to open server connections, in all pools.
@EventLoopConfined
public final class Openings {
  private final TimeBuckets times = new TimeBuckets();
  private long failures;

  void succeeded(long nanos) {
    times.record(nanos);
  }

  void failed() {
    failures++;
  }

  /// How long those took that succeeded, login included.
  public TimeBuckets.Copy times() {
    return times.copy();
  }

  /// How many failed.
  public long failures() {
    return failures;
  }
}
