package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientTallyTest {
  private static final long MILLI = 1_000_000;

  private final ClientTally tally = new ClientTally(0);

  @Test
  void report_afterAnswers_countsThemByServer() {
    tally.answered(5432, 0, MILLI);
    tally.answered(5432, 0, MILLI);
    tally.answered(5433, 0, MILLI);

    ClientReport report = tally.report(MILLI);

    assertThat(report.answers()).isEqualTo(3);
    assertThat(report.answersByServer()).isEqualTo(Map.of(5432, 2L, 5433, 1L));
  }

  @Test
  void report_gapBeforeTheMark_staysTheLongestOnly() {
    tally.answered(5432, 0, 700 * MILLI);
    tally.mark();
    tally.answered(5432, 700 * MILLI, 702 * MILLI);

    ClientReport report = tally.report(702 * MILLI);

    assertThat(report.longestGap()).isEqualTo(Duration.ofMillis(700));
    assertThat(report.gapSinceMark()).isEqualTo(Duration.ofMillis(2));
  }

  @Test
  void report_whileNobodyAnswers_growsWithTheSilence() {
    tally.answered(5432, 0, MILLI);

    ClientReport report = tally.report(3_001 * MILLI);

    assertThat(report.silence()).isEqualTo(Duration.ofSeconds(3));
    assertThat(report.gapSinceMark()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void failed_keepsTheLastError() {
    tally.failed("57P01 shutting down");
    tally.failed("08006 gone");

    assertThat(tally.report(0).errors()).isEqualTo(2);
    assertThat(tally.report(0).lastError()).isEqualTo("08006 gone");
  }
}
