package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.settings.Partial;
import io.trunkline.settings.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolSettingsTest {

  private static final Partial<PoolSettings> NOTHING = Partial.none(PoolSettings.class);

  @Test
  void defaults_asDocumented_areValid() {
    PoolSettings defaults = PoolSettings.defaults();

    assertThat(defaults.problems()).isEmpty();
    assertThat(defaults.size()).isEqualTo(20);
    assertThat(defaults.checkQuery()).isEmpty();
    assertThat(defaults.queryWaitTimeout()).isEqualTo(Duration.ofMinutes(2));
  }

  @ParameterizedTest
  @CsvSource({"size, 2", "max_db_connections, 2", "max_user_connections, 2"})
  void problems_minimumAboveAnotherBound_namesIt(String bound, int value) {
    PoolSettings settings =
        PoolSettings.defaults().with(NOTHING.with("min_size", 3).with(bound, value));

    assertThat(settings.problems())
        .containsExactly(new Problem("min_size", "3", "at most " + bound + ", " + value));
  }

  @Test
  void problems_resetAlwaysWithoutQuery_isImpossible() {
    PoolSettings settings =
        PoolSettings.defaults().with(NOTHING.with("reset_query", "").with("reset_always", true));

    assertThat(settings.problems()).extracting(Problem::key).containsExactly("reset_always");
  }
}
