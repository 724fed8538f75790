package io.trunkline.bench.load;

/// Counts durations in buckets that are never wider than a hundredth of their values, from a
/// nanosecond to an hour.
final class Latencies {
  /// Each power of two is cut into this many buckets.
  private static final int PARTS_BITS = 7;

  private static final int PARTS = 1 << PARTS_BITS;

  private final long[] counts = new long[PARTS * (Long.SIZE - PARTS_BITS)];
  private long total;

  void add(long nanos) {
    counts[bucket(Math.max(0, nanos))]++;
    total++;
  }

  long total() {
    return total;
  }

  /// The least duration that this part of all did not exceed; 0 when there are none.
  long quantile(double part) {
    long wanted = Math.max(1, (long) Math.ceil(part * total));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return upperEnd(i);
      }
    }
    return 0;
  }

  private static int bucket(long nanos) {
    if (nanos < PARTS) {
      return (int) nanos;
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - PARTS_BITS;
    return (exponent + 1) * PARTS + (int) ((nanos >>> exponent) - PARTS);
  }

  private static long upperEnd(int bucket) {
    if (bucket < PARTS) {
      return bucket;
    }
    int exponent = bucket / PARTS - 1;
    return ((long) (PARTS + bucket % PARTS + 1) << exponent) - 1;
  }
}
