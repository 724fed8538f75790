package io.trunkline.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void position_ofALogPosition_isItsNumber() {
    assertThat(Verdict.position("0/0")).isZero();
    assertThat(Verdict.position("0/96822F0")).isEqualTo(0x96822F0L);
    assertThat(Verdict.position("16/B374D848")).isEqualTo(0x16B374D848L);
  }
}
