package io.trunkline.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedNamesTest {

  @Test
  void of_moreThanThereMayBe_areOneForGood() {
    BoundedNames names = new BoundedNames(2);
    assertThat(names.of("a")).isEqualTo("a");
    assertThat(names.of("b")).isEqualTo("b");
    assertThat(names.of("c")).isEqualTo(BoundedNames.OTHERS);
    assertThat(names.of("a")).isEqualTo("a");
    assertThat(names.of("c")).isEqualTo(BoundedNames.OTHERS);
  }
}
