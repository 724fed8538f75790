package io.trunkline.proxy.session;

import static io.trunkline.proxy.session.Fate.End.LOST;
import static io.trunkline.proxy.session.Fate.End.TERMINATED;
import static io.trunkline.proxy.session.Fate.NOT_EXECUTED;
import static io.trunkline.proxy.session.Fate.ROLLED_BACK;
import static io.trunkline.proxy.session.Fate.UNKNOWN;
import static io.trunkline.proxy.session.StatementKind.OTHER;
import static io.trunkline.proxy.session.StatementKind.PLAIN;
import static io.trunkline.proxy.session.StatementKind.PLAIN_FIRST;
import static io.trunkline.proxy.session.StatementKind.READ;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.session.Fate.End;
import io.trunkline.proxy.session.Fate.Work;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FateTest {
  /// One INSERT outside of a block, sent and not answered.
  private static final Work INSERT = new Work(false, true, false, 1, false, false, PLAIN, PLAIN);

  private static Work implicit(StatementKind kind) {
    return new Work(false, true, false, 1, false, false, kind, kind);
  }

  private static Work inBlock(StatementKind kind) {
    return new Work(true, true, false, 1, false, false, kind, kind);
  }

  @Test
  void of_terminated_plainStatementWithoutAnAnswer_isNotExecuted() {
    assertThat(Fate.of(TERMINATED, INSERT)).isEqualTo(NOT_EXECUTED);
    assertThat(Fate.of(TERMINATED, implicit(PLAIN_FIRST))).isEqualTo(NOT_EXECUTED);
  }

  @Test
  void of_terminated_pipeline_dependsOnItsFirstStatement() {
    assertThat(Fate.of(TERMINATED, new Work(false, true, false, 5, false, false, READ, OTHER)))
        .isEqualTo(NOT_EXECUTED);
    assertThat(Fate.of(TERMINATED, new Work(false, true, false, 5, false, false, OTHER, OTHER)))
        .isEqualTo(UNKNOWN);
    assertThat(Fate.of(LOST, new Work(false, true, true, 5, false, false, READ, PLAIN)))
        .isEqualTo(UNKNOWN);
  }

  @Test
  void of_terminated_whatMayCommitByItself_isUnknown() {
    assertThat(Fate.of(TERMINATED, implicit(OTHER))).isEqualTo(UNKNOWN);
  }

  @Test
  void of_terminated_answerBegun_isUnknown() {
    assertThat(Fate.of(TERMINATED, new Work(false, true, false, 1, true, false, PLAIN, PLAIN)))
        .isEqualTo(UNKNOWN);
    assertThat(Fate.of(TERMINATED, new Work(false, true, false, 1, false, true, PLAIN, PLAIN)))
        .as("an Execute was answered; the Sync behind it may have committed it")
        .isEqualTo(UNKNOWN);
  }

  @Test
  void of_lost_isUnknown_butForReadsOfAStandby() {
    assertThat(Fate.of(LOST, INSERT)).isEqualTo(UNKNOWN);
    assertThat(Fate.of(LOST, implicit(READ))).isEqualTo(UNKNOWN);
    assertThat(Fate.of(LOST, new Work(false, true, true, 1, false, false, READ, READ)))
        .isEqualTo(NOT_EXECUTED);
    assertThat(Fate.of(LOST, new Work(false, true, true, 1, true, false, READ, READ)))
        .isEqualTo(UNKNOWN);
    assertThat(Fate.of(LOST, new Work(false, true, true, 1, false, false, PLAIN, PLAIN)))
        .as("it may have been promoted, and have had no time to say so")
        .isEqualTo(UNKNOWN);
  }

  @Test
  void of_openBlock_isRolledBack_unlessItMayHaveBeenCommitted() {
    assertThat(Fate.of(LOST, new Work(true, false, false, 0, false, false, OTHER, OTHER)))
        .as("nothing was asked")
        .isEqualTo(ROLLED_BACK);
    assertThat(Fate.of(LOST, inBlock(PLAIN))).isEqualTo(ROLLED_BACK);
    assertThat(Fate.of(LOST, inBlock(READ))).isEqualTo(ROLLED_BACK);
    assertThat(Fate.of(LOST, inBlock(PLAIN_FIRST))).isEqualTo(UNKNOWN);
    assertThat(Fate.of(LOST, inBlock(OTHER))).as("COMMIT").isEqualTo(UNKNOWN);
    assertThat(Fate.of(TERMINATED, inBlock(OTHER))).as("COMMIT").isEqualTo(ROLLED_BACK);
    assertThat(Fate.of(TERMINATED, new Work(true, true, false, 1, true, false, OTHER, OTHER)))
        .isEqualTo(UNKNOWN);
  }

  /// What must never happen, over everything there is.
  @Test
  void of_anything_isSentAgainOnlyWithAProof() {
    for (Work work : all()) {
      for (End end : End.values()) {
        if (Fate.of(end, work) == NOT_EXECUTED) {
          assertThat(work.inBlock()).isFalse();
          assertThat(work.atHand()).isTrue();
          assertThat(work.begun()).isFalse();
          assertThat(work.executed()).isFalse();
          assertThat(work.first()).isNotEqualTo(OTHER);
          assertThat(end == TERMINATED || (work.onStandby() && work.kind() == READ)).isTrue();
        }
      }
    }
  }

  private static List<Work> all() {
    List<Work> all = new ArrayList<>();
    for (int bits = 0; bits < 64; bits++) {
      for (StatementKind first : StatementKind.values()) {
        for (StatementKind kind : StatementKind.values()) {
          all.add(
              new Work(
                  (bits & 1) != 0,
                  (bits & 2) != 0,
                  (bits & 4) != 0,
                  (bits & 8) >> 3,
                  (bits & 16) != 0,
                  (bits & 32) != 0,
                  first,
                  first.and(kind)));
        }
      }
    }
    return all;
  }
}
