package io.trunkline.health;

import static io.trunkline.health.Looks.after;
import static io.trunkline.health.Looks.alive;
import static io.trunkline.health.Looks.claimed;
import static io.trunkline.health.Looks.claims;
import static io.trunkline.health.Looks.leader;
import static io.trunkline.health.Looks.primary;
import static io.trunkline.health.Looks.readOnlyPrimary;
import static io.trunkline.health.Looks.refused;
import static io.trunkline.health.Looks.roster;
import static io.trunkline.health.Looks.standby;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClaimedElectionTest {
  private static final ClusterState UNSEEN = ClusterState.initial("main", Looks.FAILED_LOOKS_MAX);

  /// a holds the key and leads on timeline 4; b and c follow.
  private static final ClusterState HEALTHY =
      after(
          UNSEEN.with(claimed(1, "a", "a", "b", "c")),
          primary("a", 4),
          standby("b", 4),
          standby("c", 4));

  /// Who holds the key, what is seen of a, b and c, who leads then, why nobody does.
  static Stream<Arguments> firstLooks() {
    return Stream.of(
        row("a", "a", "", primary("a", 1), standby("b", 1), standby("c", 1)),
        // Nobody needs to be waited for: the key says who it is.
        row("a", "a", "", primary("a", 1)),
        row("a", "a", "", primary("a", 1), refused("b"), refused("c")),
        // The key alone does not make a leader, nor does being a primary.
        row("a", null, "a holds the leader key but was not looked at yet"),
        row(
            "a",
            null,
            "a holds the leader key but is a standby until it is promoted",
            standby("a", 1)),
        row("a", null, "a holds the leader key but is down: connection refused", refused("a")),
        row("b", null, "b holds the leader key but was not looked at yet", primary("a", 1)),
        row(
            "b",
            null,
            "b holds the leader key but is a standby until it is promoted",
            primary("a", 1),
            standby("b", 1)),
        row(null, null, "nobody holds the leader key", primary("a", 9), standby("b", 9)),
        row("z", null, "z holds the leader key but is no known member", primary("a", 9)),
        // Two primaries: the one with the key, if it is not behind.
        row("b", "b", "", primary("a", 1), primary("b", 2)),
        row("b", "b", "", primary("a", 2), primary("b", 2)),
        row(
            "b",
            null,
            "b holds the leader key on an old timeline",
            primary("a", 3),
            primary("b", 2)),
        row(
            "b",
            null,
            "b holds the leader key on an old timeline",
            standby("a", 3),
            primary("b", 2)),
        row("a", "a", "", readOnlyPrimary("a", 1)),
        row("a", "a", "", primary("a", 0)),
        // Of another cluster than the store's.
        row(
            "a",
            null,
            "a holds the leader key but is of another cluster",
            alive("a", Role.PRIMARY, 1, 666)));
  }

  private static Arguments row(String holder, String leader, String why, Observation... looks) {
    return arguments(holder, leader, why, List.of(looks));
  }

  @ParameterizedTest
  @MethodSource("firstLooks")
  void after_firstLooks_theHolderThatIsAPrimaryLeads(
      String holder, String leader, String why, List<Observation> looks) {
    ClusterState state =
        after(UNSEEN.with(claimed(1, holder, "a", "b", "c")), looks.toArray(Observation[]::new));

    assertThat(leader(state)).isEqualTo(leader);
    assertThat(state.leaderlessReason()).isEqualTo(why);
  }

  @Test
  void with_keyMoves_oldLeaderGetsNothingAtThatMomentAndTheNewOneOnceItIsPromoted() {
    ClusterState moved = HEALTHY.with(claimed(2, "b", "a", "b", "c"));
    ClusterState promoted = after(moved, primary("b", 5));

    assertThat(leader(moved)).isNull();
    assertThat(moved.topology().claimant()).isEqualTo("b");
    assertThat(promoted.topology().claimant()).isNull();
    assertThat(moved.topology().member("a").reason())
        .isEqualTo("claims to be the primary on timeline 4, but b holds the key");
    assertThat(moved.topology().reason())
        .startsWith("the leader key is held by b; a is a primary, not used");
    assertThat(leader(promoted)).isEqualTo("b");
    assertThat(promoted.alarms())
        .containsExactly(
            "a (timeline 4) is a primary without the leader key, which b holds: it gets no writes");
  }

  @Test
  void with_keyGone_nobodyLeadsThoughThePrimaryAnswers() {
    ClusterState state = HEALTHY.with(claimed(2, null, "a", "b", "c"));

    assertThat(leader(state)).isNull();
    assertThat(state.leaderlessReason()).isEqualTo("nobody holds the leader key");
    assertThat(state.topology().member("b").reason()).isEmpty();
    assertThat(leader(state.with(claimed(3, "a", "a", "b", "c")))).isEqualTo("a");
  }

  @Test
  void with_keyStolenBackOnALowerTimeline_isRefusedWithAnAlarm() {
    ClusterState moved = after(HEALTHY.with(claimed(2, "b", "a", "b", "c")), primary("b", 5));
    Claims theft = new Claims(7, 3, "a", true, "", false, false, List.of(), null, Looks.CLUSTER);

    ClusterState stolen = moved.with(new Roster("test", roster("a", "b", "c").members(), theft));

    assertThat(leader(stolen)).isNull();
    assertThat(stolen.alarms())
        .containsExactly(
            "a (timeline 4) has overwritten the leader key, but timeline 5 was seen on b:"
                + " no writes until that one leads again or the fence is forgotten");
    assertThat(leader(stolen.withoutFence())).isNull(); // b is still there, on timeline 5
    assertThat(leader(after(stolen, standby("b", 4)).withoutFence())).isEqualTo("a");
  }

  @Test
  void with_storeSilentForTooLong_nobodyLeadsAndReadsGoOn() {
    ClusterState state =
        HEALTHY.with(doubtful(1, "etcd has not answered for longer than Patroni's ttl of 20 s"));

    assertThat(leader(state)).isNull();
    assertThat(state.leaderlessReason())
        .isEqualTo(
            "nobody can confirm who holds the leader key:"
                + " etcd has not answered for longer than Patroni's ttl of 20 s");
    assertThat(state.alarms()).hasSize(1);
    assertThat(state.topology().member("b").alive()).isTrue();
    assertThat(state.topology().member("b").reason()).isEmpty();
    assertThat(leader(state.with(claimed(1, "a", "a", "b", "c")))).isEqualTo("a");
  }

  @Test
  void with_olderRevision_changesNothing() {
    ClusterState moved = HEALTHY.with(claimed(9, "b", "a", "b", "c"));

    assertThat(moved.with(claimed(8, "a", "a", "b", "c"))).isSameAs(moved);
  }

  @Test
  void with_anotherStore_countsWhateverItsRevision() {
    Claims rebuilt = new Claims(8, 1, "b", false, "", false, false, List.of(), null, 0);

    ClusterState state = HEALTHY.with(new Roster("test", roster("a", "b", "c").members(), rebuilt));

    assertThat(leader(state)).isNull();
    assertThat(state.claims().holder()).isEqualTo("b");
  }

  /// Its data was lost; the cluster's was not, and neither is what was seen of it.
  @Test
  void with_storeMadeAnew_theFenceHolds() {
    ClusterState moved = after(HEALTHY.with(claimed(9, "b", "a", "b", "c")), primary("b", 5));
    Claims anew = new Claims(8, 2, "a", false, "", false, false, List.of(), null, Looks.CLUSTER);

    ClusterState state = moved.with(new Roster("test", roster("a", "b", "c").members(), anew));

    assertThat(state.claims().holder()).isEqualTo("a");
    assertThat(leader(state)).isNull();
    assertThat(state.leaderlessReason()).isEqualTo("a holds the leader key on an old timeline");
  }

  @Test
  void with_clusterBuiltAnew_theFenceIsOpenAgain() {
    Claims anew = new Claims(7, 2, "a", false, "", false, false, List.of(), null, 8_000);
    ClusterState state = HEALTHY.with(new Roster("test", roster("a", "b").members(), anew));

    assertThat(leader(state)).isNull();
    assertThat(leader(after(state, alive("a", Role.PRIMARY, 1, 8_000)))).isEqualTo("a");
  }

  @Test
  void with_switchoverAnnounced_leaderStaysAndTakesNoNewWritesUntilItIsOver() {
    ClusterState announced = HEALTHY.with(handover(2, "a", new Claims.Handover("a", "b")));
    ClusterState abandoned = announced.with(claimed(3, "a", "a", "b", "c"));

    assertThat(leader(announced)).isEqualTo("a");
    assertThat(announced.topology().drain()).isEqualTo("a switchover to b was announced");
    assertThat(announced.topology().reason())
        .isEqualTo("new writes wait: a switchover to b was announced");
    assertThat(leader(abandoned)).isEqualTo("a");
    assertThat(abandoned.topology().drain()).isEmpty();
    assertThat(abandoned.topology().reason()).isEqualTo("new writes wait no more");
  }

  @Test
  void with_switchoverDone_newLeaderTakesWritesThoughTheKeyIsStillThere() {
    Claims.Handover handover = new Claims.Handover("a", "b");
    ClusterState over =
        after(
            HEALTHY.with(handover(2, "a", handover)).with(handover(3, "b", handover)),
            primary("b", 5));

    assertThat(leader(over)).isEqualTo("b");
    assertThat(over.topology().drain()).isEmpty();
  }

  @Test
  void with_switchoverOfAnother_drainsNobody() {
    assertThat(HEALTHY.with(handover(2, "a", new Claims.Handover("c", "b"))).topology().drain())
        .isEmpty();
    assertThat(HEALTHY.with(handover(2, "a", new Claims.Handover("a", "a"))).topology().drain())
        .isEmpty();
    assertThat(HEALTHY.with(handover(2, "a", new Claims.Handover(null, "b"))).topology().drain())
        .isNotEmpty();
  }

  @Test
  void with_pauseFailsafeAndSynchronousStandbys_areToldWhenTheyChange() {
    Claims all = new Claims(7, 2, "a", false, "", true, true, List.of("b"), null, Looks.CLUSTER);
    Topology topology =
        HEALTHY.with(new Roster("test", roster("a", "b", "c").members(), all)).topology();

    assertThat(topology.leader().name()).isEqualTo("a");
    assertThat(topology.reason())
        .isEqualTo("Patroni is paused; failsafe mode is on; synchronous standbys: b");
  }

  private static Roster doubtful(long revision, String doubt) {
    Claims claims =
        new Claims(7, revision, "a", false, doubt, false, false, List.of(), null, Looks.CLUSTER);
    return new Roster("test", roster("a", "b", "c").members(), claims);
  }

  private static Roster handover(long revision, String holder, Claims.Handover handover) {
    Claims known = claims(revision, holder);
    return new Roster(
        "test",
        roster("a", "b", "c").members(),
        new Claims(
            known.store(),
            revision,
            holder,
            false,
            "",
            false,
            false,
            List.of(),
            handover,
            known.systemIdentifier()));
  }
}
