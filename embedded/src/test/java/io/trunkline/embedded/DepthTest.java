package io.trunkline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DepthTest {
  @Test
  void parse_itsTwoNames_areKnown() {
    assertThat(Depth.parse("usual")).isEqualTo(Depth.USUAL);
    assertThat(Depth.parse("all")).isEqualTo(Depth.ALL);
  }

  @Test
  void parse_anythingElse_isRefusedWithWhatIsAllowed() {
    assertThatThrownBy(() -> Depth.parse("deep"))
        .hasMessage("trunkline.tests is 'deep', allowed are usual, all");
  }
}
