package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.session.Traffic;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrafficHistoryTest {
  private static final Traffic.Key APP = new Traffic.Key("app", "app");

  private final AtomicLong now = new AtomicLong(Duration.ofHours(1).toNanos());
  private final TrafficHistory history = new TrafficHistory(now::get);

  private static Map<Traffic.Key, Traffic.Counts> queries(long count) {
    return Map.of(APP, new Traffic.Counts(0, 0, count, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  private void periodPasses(long queriesSoFar) {
    now.addAndGet(Duration.ofMinutes(1).toNanos());
    history.turn(queries(queriesSoFar));
  }

  @Test
  void base_inTheFirstPeriods_isTheStart() {
    assertThat(history.base().counts()).isEmpty();
    assertThat(history.secondsSinceBase()).isEqualTo(1);
    periodPasses(10);
    assertThat(history.base().counts()).isEmpty();
    assertThat(history.secondsSinceBase()).isEqualTo(61);
  }

  @Test
  void base_later_isOneToTwoPeriodsBack() {
    periodPasses(10);
    periodPasses(30);
    assertThat(history.base().counts()).isEqualTo(queries(10));
    assertThat(history.secondsSinceBase()).isEqualTo(60);
    now.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(history.secondsSinceBase()).isEqualTo(119);
  }

  @Test
  void counts_addAndSubtract() {
    var one = new Traffic.Counts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(one.plus(one).minus(one)).isEqualTo(one);
    assertThat(one.minus(one)).isEqualTo(Traffic.Counts.NONE);
  }
}
