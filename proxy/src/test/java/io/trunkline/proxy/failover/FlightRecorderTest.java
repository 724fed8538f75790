package io.trunkline.proxy.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import io.trunkline.settings.HostPort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FlightRecorderTest {
  private static final Member A = Member.unseen("a", new HostPort("10.0.0.1", 5432));
  private static final Member B = Member.unseen("b", new HostPort("10.0.0.2", 5432));

  private long now = 1_000;
  private final List<Long> marked = new ArrayList<>();
  private final FlightRecorder recorder =
      new FlightRecorder(() -> Instant.EPOCH, () -> now, (_, id) -> marked.add(id));

  private void publish(long atNanos, @Nullable Member leader, String drain) {
    now = atNanos;
    var topology = new Topology("c", 1, leader, 1, List.of(A, B), "because");
    recorder.onTopology(drain.isEmpty() ? topology : topology.draining(drain));
  }

  private FlightReport only() {
    List<FlightReport> reports = recorder.reports(Map.of());
    assertThat(reports).hasSize(1);
    return reports.getFirst();
  }

  @Test
  void onTopology_firstLeader_isNoFailover() {
    publish(1, null, "");
    publish(2, A, "");
    publish(3, A, "");
    assertThat(recorder.reports(Map.of())).isEmpty();
  }

  @Test
  void onTopology_announced_isASwitchover_momentByMoment() {
    publish(1_000, A, "");
    publish(2_000, A, "handed over");
    publish(3_000, null, "");
    publish(4_000, B, "handed over");
    publish(5_000, B, "");
    FlightReport report = only();
    assertThat(report.kind()).isEqualTo("switchover");
    assertThat(report.from()).isEqualTo("a");
    assertThat(report.to()).isEqualTo("b");
    assertThat(report.moments()).isEqualTo(new FlightReport.Moments(1, 1_000, 2_000, 3_000));
    assertThat(marked).containsExactly(report.id());
  }

  @Test
  void onTopology_sameLeaderAgain_isAnInterruption() {
    publish(1_000, A, "");
    publish(2_000, null, "");
    publish(3_000, A, "");
    assertThat(only().kind()).isEqualTo("interruption");
  }

  @Test
  void held_andTold_belongToTheLastOne_forAWhile() {
    publish(1_000, A, "");
    recorder.told("c", "08007");
    publish(2_000, null, "");
    recorder.held("c", 700);
    recorder.held("c", 500);
    publish(3_000, B, "");
    recorder.told("c", "40001");
    recorder.told("other", "40001");
    now += 60_000_000_000L;
    recorder.told("c", "40001");
    FlightReport report = only();
    assertThat(report.held()).isEqualTo(2);
    assertThat(report.longestHoldNanos()).isEqualTo(700);
    assertThat(report.errors()).isEqualTo(Map.of("40001", 1));
  }

  @Test
  void reports_areBounded_theNewestFirst() {
    for (int i = 0; i <= 2 * FlightRecorder.FLIGHTS_MAX; i++) {
      publish(i, i % 2 == 0 ? A : B, "");
    }
    List<FlightReport> reports = recorder.reports(Map.of());
    assertThat(reports).hasSize(FlightRecorder.FLIGHTS_MAX);
    assertThat(reports.getFirst().id()).isEqualTo(2L * FlightRecorder.FLIGHTS_MAX);
  }

  @Test
  void writes_ofSeveralLoops_areTheLastBeforeAndTheFirstAfter() {
    WriteClock one = new WriteClock();
    WriteClock other = new WriteClock();
    one.done(5);
    other.done(7);
    one.mark(1);
    other.mark(1);
    one.done(20);
    one.done(30);
    Writes both = one.marks().get(1L).and(other.marks().get(1L));
    assertThat(both).isEqualTo(new Writes(7, 20));
    other.done(15);
    assertThat(one.marks().get(1L).and(other.marks().get(1L))).isEqualTo(new Writes(7, 15));
  }
}
