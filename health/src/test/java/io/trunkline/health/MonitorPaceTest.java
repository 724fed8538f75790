package io.trunkline.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MonitorPaceTest {
  private static final MonitorPace PACE =
      new MonitorPace(Duration.ofSeconds(1), Duration.ofMillis(50), 3);

  @Test
  void calmWait_quickLook_endsAtTheNextTick() {
    assertThat(PACE.calmWaitNanos(millis(10_000), millis(10_003), millis(0)))
        .isEqualTo(millis(997));
    assertThat(PACE.calmWaitNanos(millis(10_250), millis(10_253), millis(0)))
        .isEqualTo(millis(747));
  }

  @Test
  void calmWait_lookLongerThanTheInterval_waitsForTheTickAfter() {
    assertThat(PACE.calmWaitNanos(millis(10_000), millis(12_100), millis(0)))
        .isEqualTo(millis(900));
  }

  @Test
  void calmWait_hintedLookJustBeforeATick_keepsTheLeastTime() {
    assertThat(PACE.calmWaitNanos(millis(10_990), millis(10_991), millis(0))).isEqualTo(millis(49));
  }

  @Test
  void calmWait_clockBelowOrigin_staysWithinTheInterval() {
    assertThat(PACE.calmWaitNanos(millis(-400), millis(-399), millis(0))).isEqualTo(millis(399));
  }

  @Test
  void urgentWait_shortAndLongLooks_countFromTheBeginning() {
    assertThat(PACE.urgentWaitNanos(millis(10), millis(13))).isEqualTo(millis(47));
    assertThat(PACE.urgentWaitNanos(millis(10), millis(2_000))).isZero();
  }

  @Test
  void of_intervalBelowTheUrgentOne_isTheUrgentOneToo() {
    ProbeSettings settings =
        new ProbeSettings(
            ProbeMethod.SQL,
            "u",
            null,
            "postgres",
            Duration.ofMillis(10),
            Duration.ofSeconds(1),
            2);

    assertThat(MonitorPace.of(settings))
        .isEqualTo(new MonitorPace(Duration.ofMillis(10), Duration.ofMillis(10), 2));
  }

  @Test
  void new_impossiblePace_isRefused() {
    assertThatThrownBy(() -> new MonitorPace(Duration.ofMillis(1), Duration.ofMillis(50), 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MonitorPace(Duration.ofSeconds(1), Duration.ZERO, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MonitorPace(Duration.ofSeconds(1), Duration.ofMillis(50), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static long millis(long millis) {
    return millis * 1_000_000;
  }
}
