package io.trunkline.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadOrderTest {
  private static final LoadOrder ORDER =
      new LoadOrder(
          5000,
          new LoadOrder.Login("bench", "secret", "postgres"),
          true,
          Work.BIG_RESULT,
          64,
          16,
          4_000,
          9_000,
          true,
          Duration.ofMillis(250),
          Duration.ofSeconds(3));

  @Test
  void survivesTheWayToTheGenerator() {
    assertThat(LoadOrder.parse(ORDER.line())).isEqualTo(ORDER);
    assertThat(ORDER.line()).doesNotContain("\n");
  }

  @Test
  void resultsSurviveTheWayBack() {
    LoadResult result = new LoadResult(12, 0.5, 1, 2, 3, 5, 4);

    assertThat(LoadResult.parse(result.line())).isEqualTo(result);
  }

  @Test
  void saysWhatIsWrongWithALine() {
    assertThatThrownBy(() -> LoadOrder.parse("port=1 clients"))
        .hasMessageContaining("'clients' is not name=value");
    assertThatThrownBy(() -> LoadOrder.parse("port=1")).hasMessageContaining("no user");
  }
}
