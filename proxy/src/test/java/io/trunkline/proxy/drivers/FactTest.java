package io.trunkline.proxy.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FactTest {

  @Test
  void parse_everyLineOfTheContract_isItsFact() {
    assertThat(Fact.parse("driver lib/pq 1.10.7")).contains(new Fact.Driver("lib/pq 1.10.7"));
    assertThat(Fact.parse("run copy")).contains(new Fact.Begun("copy"));
    assertThat(Fact.parse("ok copy")).contains(new Fact.Passed("copy"));
    assertThat(Fact.parse("fail copy: a: b")).contains(new Fact.Failed("copy", "a: b"));
    assertThat(Fact.parse("skip copy: too old")).contains(new Fact.Skipped("copy", "too old"));
    assertThat(Fact.parse("note servers 3")).contains(new Fact.Note("servers", "3"));
  }

  @Test
  void parse_anyOtherLine_isNoFact() {
    assertThat(Fact.parse("")).isEmpty();
    assertThat(Fact.parse("driver")).isEmpty();
    assertThat(Fact.parse("okay then")).isEmpty();
    assertThat(Fact.parse("note servers")).isEmpty();
  }
}
