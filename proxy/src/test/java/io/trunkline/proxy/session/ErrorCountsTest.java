package io.trunkline.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.session.ErrorCounts.Origin;
import io.trunkline.proxy.session.ErrorCounts.Told;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorCountsTest {
  private long now;
  private final ErrorCounts counts = new ErrorCounts(() -> now);

  private void proxy(String sqlState, String message) {
    counts.count(Origin.PROXY, ErrorResponse.error(sqlState, message));
  }

  @Test
  void count_ofOurs_keepsTheLastOne() {
    now = 5;
    proxy("57P03", "first");
    now = 7;
    proxy("57P03", "second");
    counts.count(Origin.LOGIN, ErrorResponse.fatal("57P03", "third"));
    assertThat(counts.copy())
        .containsOnly(
            Map.entry(new ErrorCounts.Key(Origin.PROXY, "57P03"), new Told(2, 7, "second")),
            Map.entry(new ErrorCounts.Key(Origin.LOGIN, "57P03"), new Told(1, 7, "third")));
  }

  @Test
  void count_ofServers_hasNoText() {
    counts.ofServer("22P02");
    assertThat(counts.copy()).containsOnlyKeys(new ErrorCounts.Key(Origin.SERVER, "22P02"));
    assertThat(counts.copy().get(new ErrorCounts.Key(Origin.SERVER, "22P02")).message()).isNull();
  }

  @Test
  void count_longText_isCut() {
    proxy("08P01", "x".repeat(10_000));
    assertThat(counts.copy().get(new ErrorCounts.Key(Origin.PROXY, "08P01")).message())
        .isEqualTo("x".repeat(200) + "…");
  }

  @Test
  void count_madeUpStates_areOne() {
    counts.ofServer(null);
    counts.ofServer("");
    counts.ofServer("much longer than five");
    assertThat(counts.copy()).containsOnlyKeys(new ErrorCounts.Key(Origin.SERVER, "other"));
    for (int i = 10_000; i < 20_000; i++) {
      counts.ofServer(String.valueOf(i));
    }
    Map<ErrorCounts.Key, Told> all = counts.copy();
    assertThat(all).hasSize(200);
    assertThat(all.values().stream().mapToLong(Told::count).sum()).isEqualTo(10_003);
    assertThat(all.get(new ErrorCounts.Key(Origin.SERVER, "10000")).count()).isEqualTo(1);
  }

  @Test
  void plus_twoLoops_hasTheLaterText() {
    Told early = new Told(3, Long.MAX_VALUE, "early");
    Told late = new Told(4, Long.MIN_VALUE, "late"); // the clock has turned over
    assertThat(early.plus(late)).isEqualTo(new Told(7, Long.MIN_VALUE, "late"));
    assertThat(late.plus(early)).isEqualTo(early.plus(late));
  }
}
