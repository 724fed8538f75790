package io.trunkline.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailoverDocTest {
  private static final Fault ONE = Fault.of("one", scene -> {});
  private static final Fault TWO = Fault.of("two", scene -> {});
  private static final Verdict GOOD =
      new Verdict(List.of(), List.of(), List.of(), List.of(), List.of());

  private static TrialResult result(Fault fault, List<String> byHand) {
    return new TrialResult(
        fault, new Tally(), new Tally(), 7, 0, byHand, Optional.empty(), Optional.empty(), GOOD);
  }

  @Test
  void with_rowsOfAnEarlierRun_replacesThoseTriedAlone() {
    List<Fault> order = List.of(ONE, TWO);
    String before =
        FailoverDoc.with("", order, List.of(result(ONE, List.of("node1")), result(TWO, List.of())));

    String after = FailoverDoc.with(before, order, List.of(result(ONE, List.of())));

    assertThat(before.lines().map(FailoverDocTest::first)).endsWith("one †", "two");
    assertThat(after.lines().map(FailoverDocTest::first)).endsWith("one", "two").hasSize(4);
  }

  @Test
  void with_rowThatIsNoMore_isLeftOut() {
    String before = FailoverDoc.with("", List.of(ONE), List.of(result(ONE, List.of())));

    assertThat(FailoverDoc.with(before, List.of(TWO), List.of())).isEqualTo(TrialResult.heading());
  }

  private static String first(String line) {
    return line.split(" *\\| *", -1)[1];
  }
}
