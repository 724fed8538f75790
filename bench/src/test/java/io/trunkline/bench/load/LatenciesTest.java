package io.trunkline.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {

  @Test
  void nothingWasSlow() {
    assertThat(new Latencies().quantile(0.99)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 129, 255, 256, 1_000_000, 3_600_000_000_000L})
  void isWithinOneHundredth(long nanos) {
    Latencies latencies = new Latencies();

    latencies.add(nanos);

    assertThat(latencies.quantile(0.5)).isBetween(nanos, nanos + nanos / 100);
    assertThat(latencies.quantile(1)).isEqualTo(latencies.quantile(0.001));
  }

  @Test
  void takesAClockThatWentBackForNoTime() {
    Latencies latencies = new Latencies();

    latencies.add(-5);

    assertThat(latencies.quantile(0.5)).isZero();
  }

  @Test
  void agreesWithSortedValues() {
    Random random = new Random(7);
    Latencies latencies = new Latencies();
    long[] values = random.longs(10_000, 0, 50_000_000).toArray();
    Arrays.stream(values).forEach(latencies::add);
    Arrays.sort(values);

    for (double part : new double[] {0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
      long exact = values[(int) Math.ceil(part * values.length) - 1];
      assertThat(latencies.quantile(part)).isBetween(exact, exact + exact / 100 + 1);
    }
    assertThat(latencies.total()).isEqualTo(values.length);
  }
}
