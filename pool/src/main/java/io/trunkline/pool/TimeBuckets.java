package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/// Hot path. How long something took, counted in buckets whose bounds double: one addition to an
/// array of its event loop's own, which others see as a [#copy].
@EventLoopConfined
public final class TimeBuckets {

  /// The first bucket holds what took less than a microsecond, the last all from 2^(this - 2) on.
  public static final int COUNT = 28;

  private static final long NANOS_IN_MICRO = 1_000;
  private static final int PER_MILLE = 1_000;

  private final long[] counts = new long[COUNT];
  private long sumNanos;

  /// What was counted until one moment.
  ///
  /// @param counts of each bucket; nobody writes to it any more
  @SuppressWarnings("ArrayRecordComponent") // never compared by value
  public record Copy(long[] counts, long sumNanos) {

    public static Copy nothing() {
      return new Copy(new long[COUNT], 0);
    }

    /// How many are in one bucket.
    public long count(int bucket) {
      return counts[bucket];
    }

    /// How many are in all of them.
    public long count() {
      return LongStream.of(counts).sum();
    }

    /// A bound that so many of a thousand stayed below, in microseconds: that of their bucket, so
    /// at most twice what the longest of them took, or 1. Empty where there is none, for nothing
    /// was counted or it took longer than the last bound.
    public OptionalLong boundMicros(int perMille) {
      long rank = Math.ceilDiv(count() * perMille, PER_MILLE);
      long passed = 0;
      for (int bucket = 0; bucket < COUNT - 1; bucket++) {
        passed += counts[bucket];
        if (passed >= rank && passed > 0) {
          return OptionalLong.of(1L << bucket);
        }
      }
      return OptionalLong.empty();
    }

    public Copy plus(Copy other) {
      long[] sum = counts.clone();
      for (int i = 0; i < COUNT; i++) {
        sum[i] += other.counts[i];
      }
      return new Copy(sum, sumNanos + other.sumNanos);
    }
  }

  /// Counts one more; what seems to have taken no time at all, or less, took none.
  public void record(long nanos) {
    long taken = Math.max(0, nanos);
    counts[bucket(taken)]++;
    sumNanos += taken;
  }

  private static int bucket(long nanos) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(nanos / NANOS_IN_MICRO);
    return Math.min(bits, COUNT - 1);
  }

  /// The bound of a bucket, in seconds: everything in it took less. The last one has none.
  public static double boundSeconds(int bucket) {
    return bucket == COUNT - 1 ? Double.POSITIVE_INFINITY : (1L << bucket) / 1e6;
  }

  public Copy copy() {
    return new Copy(counts.clone(), sumNanos);
  }
}
