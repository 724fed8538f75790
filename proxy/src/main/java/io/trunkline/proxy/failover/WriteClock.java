package io.trunkline.proxy.failover;

import io.trunkline.protocol.EventLoopConfined;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Hot path. When the clients of one loop that write to one cluster have last ended a transaction:
/// one field is set with each.
@EventLoopConfined
public final class WriteClock {
  private static final int MARKS_MAX = FlightRecorder.FLIGHTS_MAX;

  private long lastNanos;

  /// The failover after which nothing has been written yet; null for none.
  private @Nullable Long awaited;

  private final Map<Long, Writes> marks = new LinkedHashMap<>();

  /// A transaction has ended.
  public void done(long nowNanos) {
    lastNanos = nowNanos;
    if (awaited != null) {
      first(nowNanos);
    }
  }

  private void first(long nowNanos) {
    marks.computeIfPresent(awaited, (_, writes) -> new Writes(writes.lastNanos(), nowNanos));
    awaited = null;
  }

  /// Writes are let go after this failover: what comes from now on comes behind it.
  public void mark(long flight) {
    if (marks.size() >= MARKS_MAX) {
      marks.remove(marks.keySet().iterator().next());
    }
    marks.put(flight, new Writes(lastNanos, 0));
    awaited = flight;
  }

  /// What was written around each of the last failovers, by their ids.
  public Map<Long, Writes> marks() {
    return Map.copyOf(marks);
  }
}
