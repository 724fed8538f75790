package io.trunkline.health;

import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that is known of one cluster, and the pure fold that turns one more fact into the next
/// state. No clock, no thread, no log: the monitor has these.
///
/// @param sightings by member name
/// @param claims who may lead; null where only the members themselves decide
/// @param alarms what an operator must hear of, while it lasts
record ClusterState(
    int failedLooksMax,
    SortedMap<String, Sighting> sightings,
    @Nullable Claims claims,
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
    return initial(cluster, failedLooksMax, Fence.NONE);
  }

  /// @param fence what was seen in an earlier life
  static ClusterState initial(String cluster, int failedLooksMax, Fence fence) {
    return new ClusterState(
        failedLooksMax,
        new TreeMap<>(),
        null,
        fence,
        LeaderTrail.EMPTY,
        Topology.unknown(cluster, List.of()),
        "",
        List.of());
  }

  /// Members come, go or move, and so does the leader key; a member that moved is unseen again.
  /// What a store said before it said what is known changes nothing.
  ClusterState with(Roster roster) {
    if (roster.claims() != null && roster.claims().isOlderThan(claims)) {
      return this;
    }
    TreeMap<String, Sighting> next = new TreeMap<>();
    for (DeclaredMember declared : roster.members()) {
      next.put(declared.name(), redeclared(declared));
    }
    return next(next, roster.claims(), fence, trail);
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
    ClusterState state = next(next, claims, fence, trail);
    return state.isLeader(observation.member()) && observation instanceof Observation.Alive alive
        ? state.withTrail(trail.with(alive.lsn(), alive.atNanos()))
        : state;
  }

  /// The operator says that what was seen before does not count: a cluster restored to an earlier
  /// point has a lower timeline for good.
  ClusterState withoutFence() {
    return next(sightings, claims, Fence.NONE, LeaderTrail.EMPTY);
  }

  private ClusterState next(
      SortedMap<String, Sighting> sightings,
      @Nullable Claims claims,
      Fence fenceBefore,
      LeaderTrail trail) {
    Member leaderBefore = topology.leader();
    Verdict verdict =
        claims != null
            ? ClaimedElection.hold(claims, sightings.values(), fenceBefore)
            : Election.hold(
                leaderBefore == null ? null : leaderBefore.name(), sightings.values(), fenceBefore);
    return new ClusterState(
        failedLooksMax,
        sightings,
        claims,
        verdict.fence(),
        trail,
        published(sightings, claims, verdict),
        verdict.reason(),
        verdict.alarms());
  }

  private Topology published(
      SortedMap<String, Sighting> sightings, @Nullable Claims claimsNow, Verdict verdict) {
    List<Member> members = new ArrayList<>();
    @Nullable Member leader = null;
    for (Sighting sighting : sightings.values()) {
      Member member = sighting.toMember(verdict.exclusions().getOrDefault(sighting.name(), ""));
      members.add(member);
      leader = member.name().equals(verdict.leader()) ? member : leader;
    }
    int timeline = leader == null ? verdict.fence().timeline() : leader.timeline();
    String drain = drain(claimsNow, leader);
    String claimant = claimant(claimsNow, leader);
    long version = topology.version() + 1;
    String cluster = topology.cluster();
    Topology next = new Topology(cluster, version, leader, claimant, timeline, members, drain, "");
    StringJoiner changes = new StringJoiner("; ");
    ClaimsDiff.tell(claims, claimsNow, changes);
    TopologyDiff.tell(topology, leaderlessReason, next, verdict.reason(), changes);
    String reason = changes.length() == 0 ? topology.reason() : changes.toString();
    return new Topology(cluster, version, leader, claimant, timeline, members, drain, reason);
  }

  private static @Nullable String claimant(@Nullable Claims claims, @Nullable Member leader) {
    return claims == null || claims.isDoubtful() || leader != null ? null : claims.holder();
  }

  /// Why a leader takes no new writes although it leads.
  private static String drain(@Nullable Claims claims, @Nullable Member leader) {
    return leader != null
            && claims != null
            && claims.handover() != null
            && claims.handover().leaves(leader.name())
        ? claims.handover() + " was announced"
        : "";
  }

  private ClusterState withTrail(LeaderTrail trail) {
    return new ClusterState(
        failedLooksMax, sightings, claims, fence, trail, topology, leaderlessReason, alarms);
  }

  private boolean isLeader(String member) {
    Member leader = topology.leader();
    return leader != null && leader.name().equals(member);
  }
}
