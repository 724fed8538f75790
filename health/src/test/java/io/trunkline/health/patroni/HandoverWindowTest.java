package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.Claims;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HandoverWindowTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Claims.Handover HANDOVER = new Claims.Handover("a", "b");

  private final HandoverWindow window = new HandoverWindow(Duration.ofSeconds(30));

  @Test
  void at_announcedForNow_holdsUntilItIsGoneOrTimeIsUp() {
    assertThat(at(announced(1, null), 0)).isEqualTo(HANDOVER);
    assertThat(at(announced(1, null), 29)).isEqualTo(HANDOVER);
    assertThat(at(announced(1, null), 30)).isNull();
    assertThat(at(announced(1, null), 99)).isNull();
    assertThat(at(announced(2, null), 100)).isEqualTo(HANDOVER);
    assertThat(at(null, 101)).isNull();
    assertThat(at(announced(2, null), 102)).isEqualTo(HANDOVER);
  }

  @Test
  void at_announcedForLater_holdsFromThen() {
    PatroniView.Announced later = announced(1, NOW.plusSeconds(3_600));

    assertThat(at(later, 0)).isNull();
    assertThat(at(later, 3_599)).isNull();
    assertThat(at(later, 3_600)).isEqualTo(HANDOVER);
    assertThat(at(later, 3_629)).isEqualTo(HANDOVER);
    assertThat(at(later, 3_630)).isNull();
  }

  private static PatroniView.Announced announced(long id, Instant at) {
    return new PatroniView.Announced(id, HANDOVER, at);
  }

  private Claims.Handover at(PatroniView.Announced announced, long seconds) {
    return window.at(announced, NOW.plusSeconds(seconds), Duration.ofSeconds(seconds).toNanos());
  }
}
