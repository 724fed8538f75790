package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  @Test
  void clients_ofTwoReports_ratesAreTheDifferenceBySecond() {
    Snapshot.Clients clients =
        Snapshot.Clients.of(
            report(Map.of(1, 150L, 2, 40L)), report(Map.of(1, 50L)), Duration.ofMillis(500));

    assertThat(clients.bySecond(1)).isEqualTo(200);
    assertThat(clients.bySecond(2)).isEqualTo(80);
    assertThat(clients.bySecond(3)).isZero();
    assertThat(clients.bySecond()).isEqualTo(280);
  }

  private static ClientReport report(Map<Integer, Long> byServer) {
    return new ClientReport(0, Noticed.NOTHING, Noticed.NOTHING, Duration.ZERO, "", byServer);
  }
}
