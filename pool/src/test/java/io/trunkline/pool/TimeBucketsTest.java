package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeBucketsTest {

  @ParameterizedTest
  @ValueSource(
      longs = {-5, 0, 1, 999, 1_000, 1_999, 2_000, 123_456, 1_000_000_000, Long.MAX_VALUE / 2})
  void record_anyTime_isInTheBucketAroundIt(long nanos) {
    TimeBuckets buckets = new TimeBuckets();
    buckets.record(nanos);
    TimeBuckets.Copy copy = buckets.copy();
    int bucket = 0;
    while (copy.count(bucket) == 0) {
      bucket++;
    }
    assertThat(nanos / 1e9).isLessThan(TimeBuckets.boundSeconds(bucket));
    if (bucket > 0) {
      assertThat(nanos / 1e9).isGreaterThanOrEqualTo(TimeBuckets.boundSeconds(bucket - 1));
    }
    assertThat(copy.sumNanos()).isEqualTo(Math.max(0, nanos));
  }

  @Test
  void plus_two_addsThem() {
    TimeBuckets buckets = new TimeBuckets();
    buckets.record(5_000);
    TimeBuckets.Copy copy = buckets.copy();
    buckets.record(5_000);
    assertThat(copy.plus(buckets.copy()).sumNanos()).isEqualTo(15_000);
    assertThat(copy.plus(buckets.copy()).count(3)).isEqualTo(3);
  }
}
