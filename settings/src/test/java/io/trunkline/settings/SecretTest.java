package io.trunkline.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {

  @Test
  void equals_sameText_isTrue() {
    assertThat(Secret.of("sesame")).isEqualTo(Secret.of("sesame"));
    assertThat(Secret.of("sesame")).hasSameHashCodeAs(Secret.of("sesame"));
    assertThat(Secret.of("")).isEqualTo(Secret.of(""));
  }

  @Test
  void equals_otherTextOrLength_isFalse() {
    assertThat(Secret.of("sesame")).isNotEqualTo(Secret.of("sesamf"));
    assertThat(Secret.of("sesame")).isNotEqualTo(Secret.of("sesam"));
    assertThat(Secret.of("")).isNotEqualTo(Secret.of("s"));
  }

  @Test
  void equals_differentBytesThatAreNotUtf8_isFalse() {
    assertThat(Secret.of("j\uDCF6rg")).isNotEqualTo(Secret.of("j\uDCF7rg"));
    assertThat(Secret.of("j\uDCF6rg")).isNotEqualTo(Secret.of("j?rg"));
  }

  @Test
  void toString_anySecret_hidesIt() {
    assertThat(Secret.of("sesame")).hasToString("***");
  }
}
