package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.MonitorPace;
import io.trunkline.health.Observation;
import io.trunkline.health.Observation.Certainty;
import io.trunkline.health.Probe;
import io.trunkline.health.StaticMembers;
import io.trunkline.proxy.rig.Await;
import io.trunkline.routing.Lsn;
import io.trunkline.routing.Role;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When the drain of a standby ends by itself.
class SetAsideTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration PACE = Duration.ofMillis(5);

  private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
  private volatile Observation seen = since(1);
  private final ClusterMonitor monitor =
      new ClusterMonitor(
          "main",
          new StaticMembers(List.of(new DeclaredMember("b", new HostPort("b", 5432), Map.of()))),
          _ -> probe(),
          new MonitorPace(PACE, PACE, 3),
          new ClusterMonitor.Clocks(InstantSource.system(), System::nanoTime));

  private Probe probe() {
    return new Probe() {
      @Override
      public Observation look() {
        return seen;
      }

      @Override
      public void close() {
        // it has nothing open
      }
    };
  }

  private static Observation since(long second) {
    Instant started = Instant.ofEpochSecond(second);
    return new Observation.Alive(
        "b", Role.STANDBY, 1, Lsn.ZERO, Lsn.ZERO, null, started, false, 180_000, 7, 1, 0);
  }

  @BeforeEach
  void start() {
    monitor.start();
    Await.until(
        SOON,
        "it is seen",
        () -> monitor.topologies().current().members().stream().anyMatch(b -> b.alive()));
  }

  @AfterEach
  void end() {
    control.shutdownNow();
    monitor.close();
  }

  private void drain(Duration atMost) {
    new SetAside("main", monitor.topologies(), control).drain("b", atMost);
  }

  private String reason() {
    return monitor.topologies().current().asideReason("b");
  }

  private void awaitEnd() {
    Await.until(SOON, "it is used again", () -> reason().isEmpty());
  }

  @Test
  void drain_memberStops_ends() {
    drain(SOON.multipliedBy(2));
    assertThat(reason()).isEqualTo("is being drained");
    seen = new Observation.Dead("b", Certainty.CERTAIN, "connection refused");
    awaitEnd();
  }

  @Test
  void drain_memberHasRestartedBetweenTwoLooks_ends() {
    drain(SOON.multipliedBy(2));
    seen = since(2);
    awaitEnd();
  }

  @Test
  void drain_timeIsUp_ends() {
    drain(PACE);
    awaitEnd();
  }
}
