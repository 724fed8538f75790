package io.trunkline.bench.steady;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PausesTest {
  private final Pauses pauses = new Pauses();

  @Test
  void keepsTheLongestAndTheSum() {
    pauses.add(Duration.ofMillis(2));
    pauses.add(Duration.ofNanos(5_250_000));
    pauses.add(Duration.ofMillis(1));

    assertThat(pauses.count()).isEqualTo(3);
    assertThat(pauses.longest()).isEqualTo(Duration.ofNanos(5_250_000));
    assertThat(pauses).hasToString("3; the longest 5.25 ms, all together 8.25 ms");
  }

  @Test
  void none_isNoTime() {
    assertThat(pauses).hasToString("0; the longest 0.00 ms, all together 0.00 ms");
  }
}
