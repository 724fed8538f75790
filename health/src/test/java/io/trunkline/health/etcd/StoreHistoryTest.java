package io.trunkline.health.etcd;

import static io.trunkline.health.etcd.StoreHistory.Verdict.ANEW;
import static io.trunkline.health.etcd.StoreHistory.Verdict.ANOTHER;
import static io.trunkline.health.etcd.StoreHistory.Verdict.BEHIND;
import static io.trunkline.health.etcd.StoreHistory.Verdict.NEXT;
import static io.trunkline.health.etcd.StoreHistory.Verdict.OVERTAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreHistoryTest {
  private static final Keyspace KNOWN = keys(7, 100);

  private final StoreHistory history = new StoreHistory(3);

  @BeforeEach
  void first() {
    assertThat(history.judge(KNOWN, null, 0)).isEqualTo(NEXT);
    assertThat(history.number()).isEqualTo(1);
  }

  private static Keyspace keys(long store, long revision) {
    return new Keyspace(store, revision, new TreeMap<>());
  }

  private StoreHistory.Verdict asked(long store, long revision) {
    return history.judge(keys(store, revision), KNOWN, KNOWN.revision());
  }

  private void turns(int count) {
    for (int i = 0; i < count; i++) {
      history.turnEnded();
    }
  }

  @Test
  void judge_laterOrTheSame_isNext() {
    assertThat(asked(7, 100)).isEqualTo(NEXT);
    assertThat(asked(7, 101)).isEqualTo(NEXT);
  }

  /// The watch was faster than a read that was under way.
  @Test
  void judge_olderThanKnownButNotThanTheQuestion_isOvertaken() {
    assertThat(history.judge(keys(7, 98), KNOWN, 98)).isEqualTo(OVERTAKEN);
  }

  @Test
  void judge_anotherCluster_isFollowedAtOnceAndSoIsItsReturn() {
    assertThat(asked(8, 3)).isEqualTo(ANOTHER);
    assertThat(history.number()).isEqualTo(2);
    assertThat(history.judge(keys(7, 2), keys(2, 3), 3)).isEqualTo(ANOTHER);
    assertThat(history.number()).isEqualTo(3);
  }

  @Test
  void judge_behind_isBelievedOnceAllEndpointsHadTheirTurn() {
    assertThat(asked(7, 5)).isEqualTo(BEHIND);
    turns(2);
    assertThat(asked(7, 5)).isEqualTo(BEHIND);
    turns(1);

    assertThat(asked(7, 6)).isEqualTo(ANEW);

    assertThat(history.number()).isEqualTo(2);
    assertThat(history.judge(keys(7, 7), keys(2, 6), 6)).isEqualTo(NEXT);
  }

  @Test
  void judge_somebodyKnowsMore_clearsTheDoubt() {
    assertThat(asked(7, 5)).isEqualTo(BEHIND);
    turns(2);
    assertThat(asked(7, 100)).isEqualTo(NEXT);
    turns(50);

    assertThat(asked(7, 5)).isEqualTo(BEHIND);
    assertThat(history.number()).isEqualTo(1);
  }
}
