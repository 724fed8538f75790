package io.trunkline.health;

import static io.trunkline.health.Looks.abcAfter;
import static io.trunkline.health.Looks.after;
import static io.trunkline.health.Looks.alive;
import static io.trunkline.health.Looks.leader;
import static io.trunkline.health.Looks.primary;
import static io.trunkline.health.Looks.readOnlyPrimary;
import static io.trunkline.health.Looks.refused;
import static io.trunkline.health.Looks.roster;
import static io.trunkline.health.Looks.standby;
import static io.trunkline.health.Looks.unanswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.settings.HostPort;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterStateTest {

  /// What is seen of a, b and c in turn, who leads then, on which timeline, how many alarms.
  static Stream<Arguments> table() {
    return Stream.of(
        // The usual.
        row("a", 1, 0, primary("a", 1), standby("b", 1), standby("c", 1)),
        row("c", 9, 0, standby("a", 9), standby("b", 9), primary("c", 9)),
        row("a", 1, 0, primary("a", 1), refused("b"), unanswered("c")),
        row(null, 1, 0, standby("a", 1), standby("b", 1), standby("c", 1)),
        row(null, 0, 0, refused("a"), refused("b"), refused("c")),
        // Nobody leads before everybody was looked at.
        row(null, 0, 0, primary("a", 1)),
        row(null, 0, 0, primary("a", 1), standby("b", 1)),
        // Two primaries.
        row("b", 2, 1, primary("a", 1), primary("b", 2), standby("c", 2)),
        row("a", 3, 1, primary("a", 3), primary("b", 2), standby("c", 3)),
        row(null, 2, 1, primary("a", 2), primary("b", 2), standby("c", 2)),
        row("c", 3, 1, primary("a", 2), primary("b", 2), primary("c", 3)),
        row(null, 3, 1, primary("a", 3), primary("b", 2), primary("c", 3)),
        row(null, 3, 1, primary("a", 0), primary("b", 3), standby("c", 3)),
        // An old primary alone: a standby knows a higher timeline.
        row(null, 2, 1, primary("a", 1), standby("b", 2), refused("c")),
        // The timeline may not be read.
        row("a", 0, 1, primary("a", 0), standby("b", 0), standby("c", 0)),
        // Read-only by default.
        row("a", 1, 1, readOnlyPrimary("a", 1), standby("b", 1), standby("c", 1)),
        // A member of another cluster.
        row("a", 1, 1, primary("a", 1), standby("b", 1), alive("c", Role.PRIMARY, 9, 666)),
        row("a", 1, 1, primary("a", 1), standby("b", 1), alive("c", Role.STANDBY, 9, 666)),
        row(null, 0, 2, primary("a", 1), alive("b", Role.PRIMARY, 9, 666), refused("c")),
        row("a", 1, 0, primary("a", 1), alive("b", Role.STANDBY, 1, 0), refused("c")));
  }

  private static Arguments row(
      String leader, int timeline, int alarms, Observation... observations) {
    return arguments(leader, timeline, alarms, List.of(observations));
  }

  @ParameterizedTest
  @MethodSource("table")
  void after_firstLooks_electsOrHolds(
      String leader, int timeline, int alarms, List<Observation> observations) {
    ClusterState state = abcAfter(observations.toArray(Observation[]::new));

    assertThat(leader(state)).isEqualTo(leader);
    assertThat(state.topology().timeline()).isEqualTo(timeline);
    assertThat(state.alarms()).hasSize(alarms);
    assertThat(state.leaderlessReason().isEmpty()).isEqualTo(leader != null);
  }

  private static final ClusterState HEALTHY =
      abcAfter(primary("a", 1), standby("b", 1), standby("c", 1));

  /// What is seen after a led on timeline 1 with b and c as standbys.
  static Stream<Arguments> afterHealthy() {
    return Stream.of(
        row(null, 1, 0, refused("a")),
        row("a", 1, 0, unanswered("a"), unanswered("a")),
        row(null, 1, 0, unanswered("a"), unanswered("a"), unanswered("a")),
        row("a", 1, 0, unanswered("a"), unanswered("a"), primary("a", 1), unanswered("a")),
        row("a", 1, 0, refused("b"), refused("c")),
        row(null, 1, 0, standby("a", 1)),
        // A failover, seen in different orders.
        row("b", 2, 0, refused("a"), primary("b", 2), standby("c", 2)),
        row("b", 2, 1, primary("b", 2)),
        row("b", 2, 0, primary("b", 2), refused("a")),
        row(null, 2, 1, standby("c", 2)),
        row("b", 2, 0, refused("a"), standby("c", 2), primary("b", 2)),
        // The old leader returns as a primary: it gets nothing.
        row("b", 2, 1, refused("a"), primary("b", 2), primary("a", 1)),
        row(null, 2, 1, refused("a"), primary("b", 2), primary("a", 1), refused("b")),
        row(null, 2, 1, refused("a"), primary("b", 2), refused("b"), primary("a", 1)),
        // It takes over for good by promotion to a higher one.
        row("a", 3, 0, refused("a"), primary("b", 2), refused("b"), primary("a", 3)),
        // A second primary on the same timeline does not displace the leader.
        row("a", 1, 1, primary("b", 1)),
        row("a", 1, 1, primary("b", 1), primary("c", 1)),
        row("b", 1, 0, refused("a"), primary("b", 1)),
        // Everybody is of another cluster now: built anew or upgraded.
        row("a", 1, 1, primary("a", 1), alive("b", Role.STANDBY, 1, 8_000)),
        row(null, 1, 1, refused("b"), refused("c"), alive("a", Role.PRIMARY, 1, 8_000)),
        row(
            "a",
            1,
            0,
            refused("c"),
            alive("b", Role.STANDBY, 1, 8_000),
            alive("a", Role.PRIMARY, 1, 8_000)));
  }

  @ParameterizedTest
  @MethodSource("afterHealthy")
  void after_changesOfAHealthyCluster_leaderFollowsOrIsLost(
      String leader, int timeline, int alarms, List<Observation> observations) {
    ClusterState state = after(HEALTHY, observations.toArray(Observation[]::new));

    assertThat(leader(state)).isEqualTo(leader);
    assertThat(state.topology().timeline()).isEqualTo(timeline);
    assertThat(state.alarms()).hasSize(alarms);
  }

  @Test
  void after_twoPrimaries_alarmNamesBothAndTheOldOneIsExcluded() {
    ClusterState state = after(HEALTHY, primary("b", 2));

    assertThat(state.alarms())
        .containsExactly(
            "a (timeline 1) and b (timeline 2) all claim to be the primary: writes go to b");
    assertThat(state.topology().member("a").reason())
        .isEqualTo("claims to be the primary on timeline 1, but b leads on timeline 2");
    assertThat(after(state, primary("b", 2), primary("a", 1)).alarms()).isEqualTo(state.alarms());
  }

  @Test
  void after_lonePrimaryOnOldTimeline_alarmSaysWhereTheHigherOneWasSeen() {
    ClusterState state = after(HEALTHY, primary("b", 2), refused("b"));

    assertThat(state.alarms())
        .containsExactly(
            "a (timeline 1) is the only primary, but timeline 2 was seen on b:"
                + " no writes until that one is back or the fence is forgotten");
    assertThat(state.leaderlessReason()).isEqualTo("the only primary is on an old timeline");
  }

  @Test
  void withoutFence_lonePrimaryOnOldTimeline_leads() {
    ClusterState fenced = after(HEALTHY, primary("b", 2), refused("b"));

    assertThat(leader(fenced.withoutFence())).isEqualTo("a");
  }

  @Test
  void after_memberOfAnotherCluster_isExcludedWithBothIdentifiers() {
    ClusterState state = after(HEALTHY, alive("c", Role.STANDBY, 1, -1));

    assertThat(state.topology().member("c").reason())
        .isEqualTo("is of another cluster: system identifier 18446744073709551615, not 7000");
    assertThat(state.alarms())
        .containsExactly(
            "member c is of another cluster: system identifier 18446744073709551615, not 7000");
  }

  @Test
  void after_changes_reasonSaysWhat() {
    assertThat(HEALTHY.topology().reason())
        .isEqualTo("a is a primary; c is a standby; leader is a on timeline 1");
    assertThat(after(HEALTHY, refused("a")).topology().reason())
        .isEqualTo("a is down: connection refused; no leader: no member is a primary");
    assertThat(after(HEALTHY, primary("b", 2)).topology().reason())
        .isEqualTo(
            "a is a primary, not used: it claims to be the primary on timeline 1,"
                + " but b leads on timeline 2; b is a primary; leader is b on timeline 2");
  }

  /// It was down between two looks, and for too short a time to be seen so.
  @Test
  void after_anotherStart_reasonSaysSo() {
    ClusterState again = after(HEALTHY, since(Instant.EPOCH), since(Instant.EPOCH.plusSeconds(9)));

    assertThat(again.topology().reason()).isEqualTo("c has restarted");
    assertThat(again.topology().member("c").started()).isEqualTo("1970-01-01T00:00:09Z");
  }

  private static Observation.Alive since(Instant started) {
    Observation.Alive c = standby("c", 1);
    return new Observation.Alive(
        c.member(),
        c.role(),
        c.timeline(),
        c.lsn(),
        c.receivedLsn(),
        c.replayAge(),
        started,
        c.readOnly(),
        c.serverVersion(),
        c.systemIdentifier(),
        c.latencyNanos(),
        c.atNanos());
  }

  @Test
  void after_nothingButPositions_keepsTheReasonAndCountsTheVersion() {
    ClusterState next = after(HEALTHY, primary("a", 1));

    assertThat(next.topology().reason()).isEqualTo(HEALTHY.topology().reason());
    assertThat(next.topology().version()).isEqualTo(HEALTHY.topology().version() + 1);
  }

  @Test
  void after_deadMember_keepsWhereItWasAndLosesItsRole() {
    Member dead = after(HEALTHY, refused("a")).topology().member("a");

    assertThat(dead.alive()).isFalse();
    assertThat(dead.role()).isEqualTo(Role.UNKNOWN);
    assertThat(dead.timeline()).isEqualTo(1);
    assertThat(dead.reason()).isEqualTo("connection refused");
  }

  @Test
  void after_memberNotInTheRoster_changesNothing() {
    assertThat(after(HEALTHY, primary("z", 99))).isSameAs(HEALTHY);
  }

  @Test
  void with_rosterWithoutTheLeader_nobodyLeads() {
    ClusterState state = HEALTHY.with(roster("b", "c", "d"));

    assertThat(leader(state)).isNull();
    assertThat(state.topology().members()).extracting(Member::name).containsExactly("b", "c", "d");
    assertThat(state.topology().reason())
        .isEqualTo("d joins; a is no member any more;" + " no leader: no member is a primary");
  }

  @Test
  void with_newMember_leaderStays() {
    assertThat(leader(HEALTHY.with(roster("a", "b", "c", "d")))).isEqualTo("a");
  }

  @Test
  void with_changedTags_keepsWhatWasSeenAndChangedAddressDoesNot() {
    DeclaredMember a = Looks.declared("a");
    Map<String, String> tags = Map.of("zone", "1");
    ClusterState tagged =
        HEALTHY.with(new Roster("t", List.of(new DeclaredMember("a", a.address(), tags))));
    ClusterState moved =
        HEALTHY.with(
            new Roster("t", List.of(new DeclaredMember("a", new HostPort("x", 1), Map.of()))));

    assertThat(leader(tagged)).isEqualTo("a");
    assertThat(tagged.topology().member("a").tags()).isEqualTo(tags);
    assertThat(leader(moved)).isNull();
    assertThat(moved.topology().member("a").alive()).isFalse();
  }

  @Test
  void after_roundTrips_areSmoothed() {
    Observation.Alive slow =
        new Observation.Alive(
            "a",
            Role.PRIMARY,
            1,
            HEALTHY.topology().leader().lsn(),
            HEALTHY.topology().leader().lsn(),
            null,
            null,
            false,
            180_000,
            Looks.CLUSTER,
            5_000_000,
            0);

    assertThat(after(HEALTHY, slow).topology().leader().latencyNanos()).isEqualTo(2_000_000);
  }
}
