package io.trunkline.health.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EndpointTurnsTest {
  private final List<StoreAddress> endpoints = StoreAddress.all(List.of("a", "b", "c"), 2379);
  private final EndpointTurns turns = new EndpointTurns(endpoints, new SplittableRandom(1));

  @Test
  void failed_eachInTurn_thenTheFirstAgain() throws Exception {
    List<StoreAddress> used = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      used.add(turns.current());
      assertThat(turns.isExhausted()).isEqualTo(i >= 3);
      turns.failed();
      turns.await();
    }

    assertThat(used).startsWith(endpoints.toArray(StoreAddress[]::new)).endsWith(endpoints.get(0));
  }

  @Test
  void served_afterFailures_allAreHopefulAgain() {
    turns.failed();
    turns.failed();
    turns.failed();
    turns.served();

    assertThat(turns.isExhausted()).isFalse();
    assertThat(turns.current()).isEqualTo(endpoints.get(1));
  }
}
