package io.trunkline.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.bench.load.LoadResult;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Scenario SCENARIO = Scenario.all().getFirst();

  private final Results results = new Results();

  @BeforeEach
  void measure() {
    add("ours", 10, 20, 12);
    add("theirs", 20, 20, 10);
  }

  /// A contestant's cost in each round, with a machine that is always as fast.
  private void add(String contestant, long... microsPerUnit) {
    for (long micros : microsPerUnit) {
      add(contestant, micros, 1);
    }
  }

  private void add(String contestant, long micros, double kernelMicros) {
    LoadResult load = new LoadResult(1_000, 0.5, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 0);
    ProcessUse use = new ProcessUse(micros * 400, micros * 600, 2_048);
    results.add(SCENARIO, contestant, new Sample(load, use, kernelMicros));
  }

  @Test
  void takesTheMedian() {
    assertThat(results.median(SCENARIO, "ours", Sample::microsPerUnit)).isEqualTo(12);
    assertThat(results.median(SCENARIO, "theirs", Sample::microsPerUnit)).isEqualTo(20);
    assertThat(results.median(SCENARIO, "ours", Sample::unitsPerSecond)).isEqualTo(2_000);
    assertThat(Results.median(1, 2, 4, 9)).isEqualTo(3);
  }

  @Test
  void comparesRoundByRound() {
    assertThat(results.ratios(SCENARIO, "ours", "theirs", Sample::microsPerUnit))
        .containsExactly(0.5, 1, 1.2);
    assertThat(results.ratios(SCENARIO, "ours", "nobody", Sample::microsPerUnit)).isEmpty();
  }

  @Test
  void writesAllIntoATable() {
    results.addSyscalls(SCENARIO, "ours", 4.25);
    results.remark("somebody is not there");

    String text = new Report(results, "theirs", List.of("two processors")).text();

    assertThat(text)
        .contains("- two processors", "- somebody is not there", "the machine was steady")
        .contains(
            "| null-simple-1 | query | ours | 12.0 (4.8) | **1.00** (0.50-1.20) | 2000"
                + " | **1.00** (1.00-1.00) | 1.00 | 2.00 | 3.00 | 4.00 | 2.0 | 4.3 | 0 |")
        .contains("| null-simple-1 | query | theirs | 20.0 (8.0) | **1.00** (1.00-1.00) |");
  }

  @Test
  void drawsAllIntoAPlot() {
    String svg = new Plot(results, "theirs").svg();

    assertThat(svg)
        .startsWith("<svg")
        .contains("null-simple-1")
        .contains(">ours<", ">theirs<", ">1.00<");
  }

  @Test
  void tellsWhenTheMachineWasNotSteady() {
    assertThat(results.noise()).contains("steady");

    add("ours", 10, 2);
    add("ours", 10, 2);

    assertThat(results.noise()).contains("NOISY");
  }
}
