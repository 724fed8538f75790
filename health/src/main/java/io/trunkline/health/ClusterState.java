package io.trunkline.health;

import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that is known of one cluster, and the pure fold that turns one more fact into the next
/// state. No clock, no thread, no log: the monitor has these.
///
/// @param sightings by member name
/// @param alarms what an operator must hear of, while it lasts
record ClusterState(
    int failedLooksMax,
    SortedMap<String, Sighting> sightings,
    Fence fence,
    LeaderTrail trail,
    Topology topology,
    String leaderlessReason,
    List<String> alarms) {
  ClusterState {
    sightings = Collections.unmodifiableSortedMap(new TreeMap<>(sightings));
    alarms = List.copyOf(alarms);
  }

  static ClusterState initial(String cluster, int failedLooksMax) {
    return new ClusterState(
        failedLooksMax,
        new TreeMap<>(),
        Fence.NONE,
        LeaderTrail.EMPTY,
        Topology.unknown(cluster, List.of()),
        "",
        List.of());
  }

  /// Members come, go or move; one that moved is unseen again.
  ClusterState with(Roster roster) {
    TreeMap<String, Sighting> next = new TreeMap<>();
    for (DeclaredMember declared : roster.members()) {
      next.put(declared.name(), redeclared(declared));
    }
    return next(next, fence, trail);
  }

  private Sighting redeclared(DeclaredMember declared) {
    Sighting known = sightings.get(declared.name());
    return known != null && known.declared().address().equals(declared.address())
        ? known.redeclared(declared)
        : new Sighting.Unseen(declared);
  }

  /// One look more. A look at somebody who is no member any more changes nothing.
  ClusterState after(Observation observation) {
    Sighting before = sightings.get(observation.member());
    if (before == null) {
      return this;
    }
    TreeMap<String, Sighting> next = new TreeMap<>(sightings);
    next.put(before.name(), before.after(observation, trail, failedLooksMax));
    ClusterState state = next(next, fence, trail);
    return state.isLeader(observation.member()) && observation instanceof Observation.Alive alive
        ? state.withTrail(trail.with(alive.lsn(), alive.atNanos()))
        : state;
  }

  /// The operator says that what was seen before does not count: a cluster restored to an earlier
  /// point has a lower timeline for good.
  ClusterState withoutFence() {
    return next(sightings, Fence.NONE, LeaderTrail.EMPTY);
  }

  private ClusterState next(
      SortedMap<String, Sighting> sightings, Fence fenceBefore, LeaderTrail trail) {
    Member leaderBefore = topology.leader();
    Verdict verdict =
        Election.hold(
            leaderBefore == null ? null : leaderBefore.name(), sightings.values(), fenceBefore);
    return new ClusterState(
        failedLooksMax,
        sightings,
        verdict.fence(),
        trail,
        published(sightings, verdict),
        verdict.reason(),
        verdict.alarms());
  }

  private Topology published(SortedMap<String, Sighting> sightings, Verdict verdict) {
    List<Member> members = new ArrayList<>();
    @Nullable Member leader = null;
    for (Sighting sighting : sightings.values()) {
      Member member = sighting.toMember(verdict.exclusions().getOrDefault(sighting.name(), ""));
      members.add(member);
      leader = member.name().equals(verdict.leader()) ? member : leader;
    }
    int timeline = leader == null ? verdict.fence().timeline() : leader.timeline();
    Topology next =
        new Topology(topology.cluster(), topology.version() + 1, leader, timeline, members, "");
    String change = TopologyDiff.between(topology, leaderlessReason, next, verdict.reason());
    String reason = change.isEmpty() ? topology.reason() : change;
    return new Topology(next.cluster(), next.version(), leader, timeline, next.members(), reason);
  }

  private ClusterState withTrail(LeaderTrail trail) {
    return new ClusterState(
        failedLooksMax, sightings, fence, trail, topology, leaderlessReason, alarms);
  }

  private boolean isLeader(String member) {
    Member leader = topology.leader();
    return leader != null && leader.name().equals(member);
  }
}
