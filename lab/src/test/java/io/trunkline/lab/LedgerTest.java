package io.trunkline.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.lab.Ledger.Acknowledged;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// A ledger that overlooks something would let every trial pass.
class LedgerTest {
  private final Ledger ledger = new Ledger();

  private void write(long id, long timeline, long begun, long ended) {
    ledger.acknowledge(new Acknowledged(id, "10.0.0." + timeline, timeline, id, begun, ended));
  }

  private List<Long> old() {
    return ledger.onOldTimelines(OptionalLong.empty()).stream().map(Acknowledged::id).toList();
  }

  @Test
  void onOldTimelines_sentAfterANewerOneWasAcknowledged_isOne() {
    write(1, 1, 0, 10);
    write(2, 2, 20, 30);
    write(3, 1, 31, 40);

    assertThat(old()).containsExactly(3L);
  }

  @Test
  void onOldTimelines_underWayMeanwhile_isNone() {
    write(1, 1, 0, 100);
    write(2, 2, 20, 30);
    write(3, 2, 40, 50);

    assertThat(old()).isEmpty();
  }

  @Test
  void onOldTimelines_inAnyOrderOfTelling_areTheSame() {
    write(5, 1, 31, 33);
    write(4, 3, 50, 60);
    write(2, 2, 20, 30);
    write(6, 2, 61, 70);

    assertThat(old()).containsExactly(5L, 6L);
  }

  @Test
  void onOldTimelines_heldUntilTheFenceWasLifted_doesNotCount() {
    write(1, 2, 0, 10);
    write(2, 1, 20, 30);
    write(3, 1, 39, 41);
    write(4, 1, 41, 50);

    assertThat(ledger.onOldTimelines(OptionalLong.of(40)))
        .extracting(Acknowledged::id)
        .containsExactly(2L);
  }

  @Test
  void lastServer_isOfTheWriteThatEndedLast() {
    write(1, 1, 0, 100);
    write(2, 2, 20, 30);

    assertThat(ledger.lastServer()).contains("10.0.0.1");
    assertThat(ledger.timelines()).isEqualTo(2);
    assertThat(ledger.begunSince(10)).isEqualTo(1);
  }
}
