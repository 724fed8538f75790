package io.trunkline.health;

import io.trunkline.health.Observation.Alive;
import io.trunkline.health.Observation.Certainty;
import io.trunkline.health.Observation.Dead;
import io.trunkline.routing.Lsn;
import io.trunkline.routing.Role;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Observations, rosters and states for tests.
final class Looks {
  static final long CLUSTER = 7_000;
  static final int FAILED_LOOKS_MAX = 3;

  private Looks() {}

  static Alive primary(String member, int timeline) {
    return alive(member, Role.PRIMARY, timeline, CLUSTER);
  }

  static Alive standby(String member, int timeline) {
    return alive(member, Role.STANDBY, timeline, CLUSTER);
  }

  static Alive alive(String member, Role role, int timeline, long systemIdentifier) {
    return new Alive(
        member,
        role,
        timeline,
        new Lsn(100),
        new Lsn(100),
        null,
        null,
        false,
        180_000,
        systemIdentifier,
        1_000_000,
        0);
  }

  static Alive readOnlyPrimary(String member, int timeline) {
    return new Alive(
        member,
        Role.PRIMARY,
        timeline,
        new Lsn(100),
        new Lsn(100),
        null,
        null,
        true,
        180_000,
        CLUSTER,
        1_000_000,
        0);
  }

  static Alive leaderAt(long lsn, long seconds) {
    return new Alive(
        "a",
        Role.PRIMARY,
        1,
        new Lsn(lsn),
        new Lsn(lsn),
        null,
        null,
        false,
        180_000,
        CLUSTER,
        1_000_000,
        Duration.ofSeconds(seconds).toNanos());
  }

  static Alive standbyAt(long replayed, long received, Duration replayAge, long seconds) {
    return new Alive(
        "b",
        Role.STANDBY,
        1,
        new Lsn(replayed),
        new Lsn(received),
        replayAge,
        null,
        false,
        180_000,
        CLUSTER,
        1_000_000,
        Duration.ofSeconds(seconds).toNanos());
  }

  static Dead refused(String member) {
    return new Dead(member, Certainty.CERTAIN, "connection refused");
  }

  static Dead unanswered(String member) {
    return new Dead(member, Certainty.DOUBTFUL, "no answer within 2000 ms");
  }

  static DeclaredMember declared(String name) {
    return new DeclaredMember(name, new HostPort(name + ".example", 5432), Map.of());
  }

  static Roster roster(String... names) {
    return new Roster("test", Arrays.stream(names).map(Looks::declared).toList());
  }

  /// What a store says while all is well.
  static Claims claims(long revision, String holder) {
    return new Claims(7, revision, holder, false, "", false, false, List.of(), null, CLUSTER);
  }

  static Roster claimed(long revision, String holder, String... names) {
    return new Roster("test", roster(names).members(), claims(revision, holder));
  }

  /// A cluster of members a, b and c, after these observations.
  static ClusterState abcAfter(Observation... observations) {
    return after(
        ClusterState.initial("main", FAILED_LOOKS_MAX).with(roster("a", "b", "c")), observations);
  }

  static ClusterState after(ClusterState state, Observation... observations) {
    ClusterState next = state;
    for (Observation observation : observations) {
      next = next.after(observation);
    }
    return next;
  }

  static String leader(ClusterState state) {
    return state.topology().leader() == null ? null : state.topology().leader().name();
  }
}
