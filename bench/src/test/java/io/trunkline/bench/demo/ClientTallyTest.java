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
    tally.answered(1, 5432, MILLI);
    tally.answered(2, 5432, MILLI);
    tally.answered(3, 5433, MILLI);

    ClientReport report = tally.report(MILLI);

    assertThat(report.answers()).isEqualTo(3);
    assertThat(report.answersByServer()).isEqualTo(Map.of(5432, 2L, 5433, 1L));
  }

  @Test
  void report_beforeTheFirstAnswer_hasNoPause() {
    tally.answered(1, 5432, 900 * MILLI);

    assertThat(tally.report(900 * MILLI).noticed().longestPause()).isZero();
  }

  @Test
  void report_othersAreAnswered_thePauseOfOneClientCounts() {
    tally.answered(1, 5432, 0);
    for (int at = 0; at <= 500; at += 10) {
      tally.answered(2, 5432, at * MILLI);
    }
    tally.answered(1, 5432, 500 * MILLI);

    assertThat(tally.report(500 * MILLI).noticed().longestPause())
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void report_pauseBeforeTheMark_staysTheLongestOnly() {
    tally.answered(1, 5432, 0);
    tally.answered(1, 5432, 700 * MILLI);
    tally.mark();
    tally.answered(1, 5432, 702 * MILLI);

    ClientReport report = tally.report(702 * MILLI);

    assertThat(report.noticed().longestPause()).isEqualTo(Duration.ofMillis(700));
    assertThat(report.noticedSinceMark().longestPause()).isEqualTo(Duration.ofMillis(2));
  }

  @Test
  void report_whileNobodyAnswers_growsWithTheSilence() {
    tally.answered(1, 5432, MILLI);

    ClientReport report = tally.report(3_001 * MILLI);

    assertThat(report.silence()).isEqualTo(Duration.ofSeconds(3));
    assertThat(report.noticedSinceMark().longestPause()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void failed_countsBySqlState_keepsTheLastText() {
    tally.failed("08006", "gone");
    tally.failed("57P01", "shutting down");
    tally.mark();
    tally.failed("08006", "gone again");

    ClientReport report = tally.report(0);

    assertThat(report.noticed().errors()).containsEntry("08006", 2L).containsEntry("57P01", 1L);
    assertThat(report.noticedSinceMark().errors()).isEqualTo(Map.of("08006", 1L));
    assertThat(report.lastError()).isEqualTo("08006 gone again");
  }
}
