package io.trunkline.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PartialTest {

  public record Pair(
      @Setting(value = "A count.", byDefault = "7") int aCount,
      @Setting(value = "A time.", byDefault = "30s") Duration time) {}

  @Test
  void over_someSettings_replacesThoseOnly() {
    Partial<Pair> partial = Partial.none(Pair.class).with("a_count", 9);

    assertThat(partial.over(Defaults.of(Pair.class)))
        .isEqualTo(new Pair(9, Duration.ofSeconds(30)));
  }

  @Test
  void over_nothingWanted_isTheBaseItself() {
    Pair base = Defaults.of(Pair.class);

    assertThat(Partial.none(Pair.class).over(base)).isSameAs(base);
  }

  @Test
  void with_unknownKey_isRefused() {
    assertThatThrownBy(() -> Partial.none(Pair.class).with("count", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("count");
  }
}
