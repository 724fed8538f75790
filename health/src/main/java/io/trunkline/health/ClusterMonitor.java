package io.trunkline.health;

import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches one cluster: looks at every member, folds what is found into the next topology and
/// publishes it. The fold is [ClusterState], pure; this class owns the lookouts, the order of facts
/// and the log.
///
/// Facts come from many threads and are folded one at a time under a lock; a publication only hands
/// tasks to the subscribers' executors, so the lock is never held for long.
public final class ClusterMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterMonitor.class);
  private static final int HISTORY_MAX = 256;

  private final TopologySource source;
  private final Function<DeclaredMember, Probe> probes;
  private final InstantSource clock;
  private final Lookout.Schedule schedule;
  private final FenceMemory memory;
  private final TopologyHolder topologies;
  private final TopologyHistory history = new TopologyHistory(HISTORY_MAX);
  private final Map<String, Lookout> lookouts = new ConcurrentHashMap<>();
  private final ReentrantLock folding = new ReentrantLock();
  private volatile ClusterState state;
  private volatile String teller = "";
  private boolean closed;

  /// Where a monitor gets its time from.
  public record Clocks(InstantSource instants, LongSupplier nanoTime) {}

  /// @param source who is a member
  /// @param probes makes the probe for a member; the monitor closes it
  public ClusterMonitor(
      String cluster,
      TopologySource source,
      Function<DeclaredMember, Probe> probes,
      MonitorPace pace,
      Clocks clocks) {
    this(cluster, source, probes, pace, clocks, FenceMemory.NONE);
  }

  /// @param memory where the fence is kept; the monitor closes it
  public ClusterMonitor(
      String cluster,
      TopologySource source,
      Function<DeclaredMember, Probe> probes,
      MonitorPace pace,
      Clocks clocks,
      FenceMemory memory) {
    this.memory = memory;
    this.source = source;
    this.probes = probes;
    clock = clocks.instants();
    schedule = new Lookout.Schedule(pace, clocks.nanoTime(), clocks.nanoTime().getAsLong());
    state = ClusterState.initial(cluster, pace.failedLooksMax(), memory.recall());
    topologies = new TopologyHolder(state.topology());
  }

  /// Begins to watch.
  public void start() {
    source.start(this::onRoster);
  }

  public TopologyHolder topologies() {
    return topologies;
  }

  /// The last changes, oldest first.
  public List<TopologyChange> history() {
    return history.changes();
  }

  /// What an operator must know of now: two primaries, a member of another cluster, an old
  /// timeline. Empty when all is well.
  public List<String> alarms() {
    return state.alarms();
  }

  /// Who may lead by the store that keeps the leader key; null where there is none, or it has not
  /// answered yet.
  public @Nullable Claims claims() {
    return state.claims();
  }

  /// Who told the members last: `configuration`, `etcd`, `Patroni REST`; empty before anybody did.
  public String source() {
    return teller;
  }

  /// What the source says each member is, such as `running replica`, by name; empty for one of
  /// which it says nothing.
  public Map<String, String> states() {
    Map<String, String> states = new HashMap<>();
    state.sightings().forEach((name, sighting) -> states.put(name, sighting.declared().state()));
    return states;
  }

  /// A hint from the road: a connection to this member broke or was refused, so look now. Never
  /// blocks; safe to call from an event loop, as often as it happens.
  public void probeSoon(String member) {
    Lookout lookout = lookouts.get(member);
    if (lookout != null) {
      lookout.hint();
    }
  }

  /// What a primary must not be below.
  public Fence fence() {
    return state.fence();
  }

  /// Forgets the highest timeline and the cluster's identity, on an operator's word: after a
  /// restore to an earlier point the lower timeline is the right one.
  public void forgetFence() {
    fold("operator", ClusterState::withoutFence);
  }

  /// Stops looking; the last topology stays published.
  @Override
  public void close() {
    source.close();
    folding.lock();
    try {
      closed = true;
      lookouts.values().forEach(Lookout::close);
      lookouts.clear();
    } finally {
      folding.unlock();
    }
    memory.close();
  }

  private void onRoster(Roster roster) {
    folding.lock();
    try {
      if (closed) {
        return;
      }
      teller = roster.source();
      fold(roster.source(), before -> before.with(roster));
      replaceLookouts(roster);
    } finally {
      folding.unlock();
    }
  }

  private void replaceLookouts(Roster roster) {
    Map<String, DeclaredMember> wanted = new HashMap<>();
    roster.members().forEach(member -> wanted.put(member.name(), member));
    lookouts.values().removeIf(lookout -> closeUnless(wanted, lookout));
    for (DeclaredMember member : roster.members()) {
      lookouts.computeIfAbsent(member.name(), _ -> lookout(member));
    }
  }

  /// Whether the lookout was closed: its member is gone or has moved.
  private static boolean closeUnless(Map<String, DeclaredMember> wanted, Lookout lookout) {
    DeclaredMember declared = wanted.get(lookout.member().name());
    if (declared != null && declared.address().equals(lookout.member().address())) {
      return false;
    }
    lookout.close();
    return true;
  }

  private Lookout lookout(DeclaredMember member) {
    Lookout lookout =
        new Lookout(member, probes.apply(member), this::onLook, this::urgency, schedule);
    lookout.start();
    return lookout;
  }

  private void onLook(Lookout lookout, Observation observation) {
    folding.lock();
    try {
      if (lookout.equals(lookouts.get(observation.member()))) { // not replaced meanwhile
        fold("probe of " + observation.member(), before -> before.after(observation));
      }
    } finally {
      folding.unlock();
    }
  }

  private Urgency urgency(DeclaredMember member) {
    ClusterState now = state;
    if (now.topology().leader() == null) {
      boolean claims = member.name().equals(now.topology().claimant());
      return claims ? Urgency.PRESSING : Urgency.SOON;
    }
    boolean doubtful =
        now.sightings().get(member.name()) instanceof Sighting.Answering answering
            && answering.failedLooks() > 0;
    return doubtful ? Urgency.SOON : Urgency.CALM;
  }

  private void fold(String from, UnaryOperator<ClusterState> fact) {
    folding.lock();
    try {
      ClusterState before = state;
      ClusterState next = fact.apply(before);
      if (closed || next.equals(before)) {
        return;
      }
      state = next;
      if (!next.fence().equals(before.fence())) {
        memory.keep(next.fence());
      }
      tell(from, before, next); // first, so that who is told of it finds it in the history
      if (next.topology().version() > before.topology().version()) {
        topologies.publish(next.topology());
      }
      boolean lost = before.topology().leader() != null && next.topology().leader() == null;
      if (lost || !Objects.equals(holder(before), holder(next))) {
        lookouts.values().forEach(Lookout::hint);
      }
    } finally {
      folding.unlock();
    }
  }

  private static @Nullable String holder(ClusterState state) {
    return state.claims() == null ? null : state.claims().holder();
  }

  private void tell(String from, ClusterState before, ClusterState next) {
    Topology topology = next.topology();
    if (!topology.reason().equals(before.topology().reason())) {
      Member leader = topology.leader();
      String name = leader == null ? null : leader.name();
      history.add(
          new TopologyChange(
              clock.instant(),
              topology.version(),
              name,
              topology.timeline(),
              from,
              topology.reason()));
      LOG.info(
          "topology cluster={} version={} leader={} timeline={} source=\"{}\" reason=\"{}\"",
          topology.cluster(),
          topology.version(),
          name,
          topology.timeline(),
          from,
          topology.reason());
    }
    for (String alarm : next.alarms()) {
      if (!before.alarms().contains(alarm)) {
        LOG.warn("topology alarm cluster={} source=\"{}\" {}", topology.cluster(), from, alarm);
      }
    }
  }
}
