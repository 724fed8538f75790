package io.trunkline.health;

import static io.trunkline.health.Looks.primary;
import static io.trunkline.health.Looks.refused;
import static io.trunkline.health.Looks.roster;
import static io.trunkline.health.Looks.standby;
import static io.trunkline.health.Looks.unanswered;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.routing.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The calm interval is an hour here, so every look after the first was asked for.
class ClusterMonitorTest {
  private static final MonitorPace PACE =
      new MonitorPace(Duration.ofHours(1), Duration.ofMillis(1), Looks.FAILED_LOOKS_MAX);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<String, FakeProbe> probes = new ConcurrentHashMap<>();
  private final BlockingQueue<Topology> published = new LinkedBlockingQueue<>();
  private final KeptFence memory = new KeptFence();
  private final ScriptedSource source = new ScriptedSource();
  private final ClusterMonitor monitor =
      new ClusterMonitor(
          "main",
          source,
          member -> probes.computeIfAbsent(member.name(), n -> new FakeProbe(standby(n, 1))),
          PACE,
          new ClusterMonitor.Clocks(InstantSource.fixed(NOW), System::nanoTime),
          memory);

  /// A source that says what the test says.
  private static final class ScriptedSource implements TopologySource {
    private Consumer<Roster> listener = _ -> {};
    private boolean closed;

    @Override
    public void start(Consumer<Roster> listener) {
      this.listener = listener;
      listener.accept(roster("a", "b", "c"));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /// A memory in memory.
  private static final class KeptFence implements FenceMemory {
    private volatile Fence kept = Fence.NONE;

    @Override
    public Fence recall() {
      return kept;
    }

    @Override
    public void keep(Fence fence) {
      kept = fence;
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void startHealthy() throws InterruptedException {
    probes.put("a", new FakeProbe(primary("a", 1)));
    monitor.topologies().subscribe(Runnable::run, published::add);
    monitor.start();
    await(t -> t.leader() != null && t.members().stream().allMatch(m -> m.alive()));
  }

  @AfterEach
  void stop() {
    monitor.close();
  }

  @Test
  void start_healthyCluster_leaderIsPublishedAndKeptInHistory() {
    assertThat(monitor.topologies().current().leader().name()).isEqualTo("a");
    assertThat(monitor.alarms()).isEmpty();
    assertThat(monitor.history().getFirst().source()).isEqualTo("test");
    TopologyChange last = monitor.history().getLast();
    assertThat(last.at()).isEqualTo(NOW);
    assertThat(last.leader()).isEqualTo("a");
    assertThat(last.source()).startsWith("probe of ");
    assertThat(last.reason()).contains("leader is a on timeline 1");
  }

  @Test
  void probeSoon_leaderRefused_allMembersAreLookedAtUntilAnotherLeads() throws Exception {
    probes.get("a").finds(refused("a"));
    monitor.probeSoon("a");
    await(t -> t.leader() == null);
    probes.values().forEach(FakeProbe::drainLooks);
    assertThat(probes.get("b").looked(5)).isTrue();
    assertThat(probes.get("c").looked(5)).isTrue();

    probes.get("b").finds(primary("b", 2));

    assertThat(await(t -> t.leader() != null).leader().name()).isEqualTo("b");
  }

  @Test
  void probeSoon_leaderUnanswered_isAskedAgainSoonAndThenDead() throws Exception {
    probes.get("a").finds(unanswered("a"));
    probes.get("a").drainLooks();
    monitor.probeSoon("a");

    assertThat(await(t -> t.leader() == null).reason())
        .isEqualTo("a is down: no answer within 2000 ms; no leader: no member is a primary");
    assertThat(probes.get("a").looked(Looks.FAILED_LOOKS_MAX)).isTrue();
  }

  @Test
  void probeSoon_manyHints_makeFewLooks() throws Exception {
    probes.get("b").drainLooks();
    for (int i = 0; i < 100_000; i++) {
      monitor.probeSoon("b");
    }

    assertThat(probes.get("b").looked(1)).isTrue();
    assertThat(probes.get("b").drainLooks()).isLessThan(10_000);
  }

  @Test
  void probeSoon_unknownMember_doesNothing() {
    monitor.probeSoon("z");

    assertThat(monitor.topologies().current().leader().name()).isEqualTo("a");
  }

  @Test
  void look_oneMemberHangs_othersAreStillWatched() throws Exception {
    probes.get("c").hangs();
    probes.get("c").drainLooks();
    monitor.probeSoon("c");
    assertThat(probes.get("c").looked(1)).isTrue();

    probes.get("b").finds(primary("b", 2));
    monitor.probeSoon("b");

    assertThat(await(t -> t.timeline() == 2).leader().name()).isEqualTo("b");
    assertThat(monitor.alarms()).singleElement().asString().contains("a (timeline 1)");
  }

  @Test
  void look_probeThrows_countsAsUnansweredAndTheWatchGoesOn() throws Exception {
    probes.get("a").breaks();
    monitor.probeSoon("a");
    Topology leaderless = await(t -> t.leader() == null);
    assertThat(leaderless.member("a").reason()).contains("planted");

    probes.get("a").finds(primary("a", 1));

    assertThat(await(t -> t.leader() != null).leader().name()).isEqualTo("a");
  }

  @Test
  void roster_changed_newMembersAreWatchedAndGoneOnesAreNot() throws Exception {
    source.listener.accept(roster("a", "b", "d"));

    await(t -> t.member("d") != null && t.member("d").alive());
    assertThat(monitor.topologies().current().member("c")).isNull();
    assertThat(probes.get("c").awaitClosed()).isTrue();
    assertThat(monitor.topologies().current().leader().name()).isEqualTo("a");
  }

  @Test
  void forgetFence_primaryRestoredToALowerTimeline_leads() throws Exception {
    probes.get("a").finds(refused("a"));
    monitor.probeSoon("a");
    probes.get("b").finds(primary("b", 5));
    await(t -> t.timeline() == 5 && t.leader() != null);
    probes.get("b").finds(primary("b", 3));
    monitor.probeSoon("b");
    await(t -> t.leader() == null);
    assertThat(monitor.alarms()).singleElement().asString().contains("timeline 5 was seen on b");

    assertThat(memory.kept.timeline()).isEqualTo(5);

    monitor.forgetFence();

    assertThat(await(t -> t.leader() != null).timeline()).isEqualTo(3);
    assertThat(monitor.alarms()).isEmpty();
    assertThat(memory.kept).isEqualTo(monitor.fence());
    assertThat(memory.kept.timeline()).isEqualTo(3);
  }

  @Test
  void roster_keyMoves_newHolderIsLookedAtUntilItIsPromoted() throws Exception {
    source.listener.accept(Looks.claimed(1, "a", "a", "b", "c"));
    source.listener.accept(Looks.claimed(2, "b", "a", "b", "c"));
    Topology between = await(t -> "b".equals(t.claimant()));
    assertThat(between.leader()).isNull();
    assertThat(probes.get("b").looked(5)).isTrue();

    probes.get("b").finds(primary("b", 2));

    assertThat(await(t -> t.leader() != null).leader().name()).isEqualTo("b");
    assertThat(monitor.claims().holder()).isEqualTo("b");
    assertThat(monitor.history())
        .extracting(TopologyChange::reason)
        .anyMatch(r -> r.startsWith("the leader key is held by b"));
  }

  @Test
  void close_whileAProbeHangs_closesEveryProbeAndTheSource() throws Exception {
    probes.get("c").hangs();
    monitor.probeSoon("c");
    monitor.close();

    for (FakeProbe probe : probes.values()) {
      assertThat(probe.awaitClosed()).isTrue();
    }
    assertThat(source.closed).isTrue();
  }

  private Topology await(Predicate<Topology> wanted) throws InterruptedException {
    Topology now = monitor.topologies().current();
    while (!wanted.test(now)) {
      assertThat(published.poll(10, TimeUnit.SECONDS)).as("nothing new after %s", now).isNotNull();
      now = monitor.topologies().current();
    }
    return now;
  }
}
