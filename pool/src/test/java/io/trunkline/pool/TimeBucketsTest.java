package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
  void boundMicros_shares_areTheBoundsOfTheirBuckets() {
    TimeBuckets buckets = new TimeBuckets();
    assertThat(buckets.copy().boundMicros(500)).isEmpty();
    for (int i = 0; i < 998; i++) {
      buckets.record(500);
    }
    buckets.record(3_000);
    buckets.record(100_000);
    TimeBuckets.Copy copy = buckets.copy();
    assertThat(copy.count()).isEqualTo(1_000);
    assertThat(copy.boundMicros(500)).hasValue(1);
    assertThat(copy.boundMicros(998)).hasValue(1);
    assertThat(copy.boundMicros(999)).hasValue(4);
    assertThat(copy.boundMicros(1_000)).hasValue(128);
  }

  @Test
  void boundMicros_behindTheLastBound_isNone() {
    TimeBuckets buckets = new TimeBuckets();
    buckets.record(5_000);
    buckets.record(Duration.ofMinutes(2).toNanos());
    assertThat(buckets.copy().boundMicros(500)).hasValue(8);
    assertThat(buckets.copy().boundMicros(501)).isEmpty();
    assertThat(buckets.copy().boundMicros(1_000)).isEmpty();
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
