package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoPortsTest {
  @Test
  void choose_bothFree_takesThemWithoutARemark() {
    assertThat(DemoPorts.choose(5000, _ -> true)).isEqualTo(new DemoPorts(5000, 5001, List.of()));
  }

  @Test
  void choose_firstBusy_leavesTheSecondToReads() {
    DemoPorts ports = DemoPorts.choose(5000, port -> port != 5000);

    assertThat(ports.writes()).isEqualTo(5002);
    assertThat(ports.reads()).isEqualTo(5001);
    assertThat(ports.remarks()).containsExactly("port 5000 is busy, using 5002");
  }

  @Test
  void choose_bothBusy_takesTwoOthersAndSaysSo() {
    Set<Integer> busy = Set.of(5000, 5001, 5003);

    DemoPorts ports = DemoPorts.choose(5000, port -> !busy.contains(port));

    assertThat(ports.writes()).isEqualTo(5002);
    assertThat(ports.reads()).isEqualTo(5004);
    assertThat(ports.remarks())
        .containsExactly("port 5000 is busy, using 5002", "port 5001 is busy, using 5004");
  }

  @Test
  void choose_secondBusy_keepsTheFirst() {
    Set<Integer> busy = Set.of(5001, 5002);

    DemoPorts ports = DemoPorts.choose(5000, port -> !busy.contains(port));

    assertThat(ports.writes()).isEqualTo(5000);
    assertThat(ports.reads()).isEqualTo(5003);
    assertThat(ports.remarks()).containsExactly("port 5001 is busy, using 5003");
  }

  @Test
  void choose_nothingFree_saysSo() {
    assertThatThrownBy(() -> DemoPorts.choose(65_000, _ -> false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("65000");
  }
}
