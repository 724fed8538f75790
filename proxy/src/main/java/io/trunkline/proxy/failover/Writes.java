package io.trunkline.proxy.failover;

/// Around a failover, on one loop or on all: when the last transaction of a writing client ended
/// before, and the first one after it. 0 for never.
public record Writes(long lastNanos, long firstNanos) {

  /// Both together.
  public Writes and(Writes other) {
    long first =
        firstNanos == 0 || other.firstNanos == 0
            ? firstNanos + other.firstNanos
            : earlier(firstNanos, other.firstNanos);
    long last =
        lastNanos == 0 || other.lastNanos == 0
            ? lastNanos + other.lastNanos
            : -earlier(-lastNanos, -other.lastNanos);
    return new Writes(last, first);
  }

  private static long earlier(long one, long other) {
    return one - other < 0 ? one : other;
  }
}
