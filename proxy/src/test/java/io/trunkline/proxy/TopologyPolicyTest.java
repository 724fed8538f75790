package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.ServerPool;
import io.trunkline.pool.Standing;
import io.trunkline.proxy.PoolCallers.Caller;
import io.trunkline.routing.Lsn;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopologyPolicyTest {
  private static final HostPort HERE = new HostPort("10.0.0.1", 5432);
  private static final Member MEMBER = member(HERE, Role.STANDBY, 7, true, 100);

  private final PoolCallers callers = new PoolCallers();
  private final TopologyPolicy policy =
      new TopologyPolicy(callers.pools(), topology(1, List.of(MEMBER)));

  private static Member member(HostPort address, Role role, int timeline, boolean alive, long lsn) {
    return new Member(
        "m1",
        address,
        role,
        timeline,
        new Lsn(lsn),
        0,
        Duration.ZERO,
        alive,
        null,
        false,
        lsn, // the latency differs as well
        Map.of(),
        "");
  }

  private static Topology topology(long version, List<Member> members) {
    return new Topology("c", version, null, 7, members, "");
  }

  private void publish(Member now) {
    policy.onTopology(topology(2, List.of(now)));
  }

  /// A client that waits although an attempt for it has failed.
  private Caller disappointed() {
    Caller caller = callers.asks(callers.pool("c", MEMBER));
    callers.fail();
    assertThat(callers.attempts()).as("login_retry has not passed").isZero();
    return caller;
  }

  /// A failed login lets somebody look at the member, and every look publishes: the pause after the
  /// failure ended with it, and a full server was stormed by logins.
  @Test
  void onTopology_nothingNewOfTheMember_leavesThePauseAfterAFailure() {
    Caller caller = disappointed();
    publish(member(HERE, Role.STANDBY, 7, true, 200));
    assertThat(callers.attempts()).isZero();
    assertThat(caller.rerouted).isFalse();
  }

  @Test
  void onTopology_nothingNewOfTheMember_isSeenByThePool() {
    ServerPool pool = callers.pool("c", MEMBER);
    Member now = member(HERE, Role.STANDBY, 7, true, 200);
    publish(now);
    assertThat(pool.member()).isSameAs(now);
  }

  /// Who has a server there, in session mode, goes on with it.
  @Test
  void onTopology_memberSetAside_empties() {
    ServerPool pool = callers.pool("c", MEMBER);
    Topology all = topology(2, List.of(MEMBER));
    policy.onTopology(all.settingAside(Map.of("m1", "is in maintenance")));
    assertThat(pool.standing()).isEqualTo(Standing.empties("is in maintenance"));
    assertThat(pool.standing().isOpen()).isTrue();
    assertThat(pool.standing().drains()).isTrue();
    policy.onTopology(all);
    assertThat(pool.standing()).isEqualTo(Standing.OPEN);
  }

  /// It was in maintenance, came to lead all the same, and does not any more: those who keep their
  /// server there must not begin to write.
  @Test
  void onTopology_memberSetAsideHasLostTheLead_rests() {
    ServerPool pool = callers.pool("c", MEMBER);
    Map<String, String> aside = Map.of("m1", "is in maintenance");
    Member leader = member(HERE, Role.PRIMARY, 7, true, 100);
    policy.onTopology(new Topology("c", 2, leader, 7, List.of(leader), "").settingAside(aside));
    assertThat(pool.standing()).isEqualTo(Standing.OPEN);
    policy.onTopology(topology(3, List.of(leader)).settingAside(aside));
    assertThat(pool.standing().kind()).isEqualTo(Standing.Kind.RESTS);
  }

  @Test
  void onTopology_otherRole_endsThePauseAndReroutes() {
    endsThePause(member(HERE, Role.PRIMARY, 7, true, 100));
  }

  @Test
  void onTopology_otherTimeline_endsThePauseAndReroutes() {
    endsThePause(member(HERE, Role.STANDBY, 8, true, 100));
  }

  @Test
  void onTopology_otherAddress_endsThePauseAndReroutes() {
    endsThePause(member(new HostPort("10.0.0.9", 5432), Role.STANDBY, 7, true, 100));
  }

  private void endsThePause(Member now) {
    Caller caller = disappointed();
    publish(now);
    callers.attempts();
    assertThat(caller.rerouted).isTrue();
    assertThat(callers.pool("c", MEMBER).member()).isSameAs(now);
    callers.asks(callers.pool("c", MEMBER));
    assertThat(callers.attempts()).isEqualTo(1);
  }

  @Test
  void onTopology_memberDies_leavesThePauseAndReroutes() {
    Caller caller = disappointed();
    publish(member(HERE, Role.STANDBY, 7, false, 100));
    assertThat(callers.attempts()).isZero();
    assertThat(caller.rerouted).isTrue();
    callers.asks(callers.pool("c", MEMBER));
    assertThat(callers.attempts()).as("still paused").isZero();
  }

  @Test
  void onTopology_memberLivesAgain_endsThePause() {
    callers.pool("c", MEMBER);
    publish(member(HERE, Role.STANDBY, 7, false, 100));
    disappointed();
    publish(MEMBER);
    callers.attempts();
    callers.asks(callers.pool("c", MEMBER));
    assertThat(callers.attempts()).isEqualTo(1);
  }

  /// A client may be routed by one topology and make its pool when the next one has been told.
  @Test
  void onTopology_poolMadeByAnOlderOne_catchesUp() {
    Member moved = member(new HostPort("10.0.0.9", 5432), Role.STANDBY, 7, true, 100);
    publish(moved);
    ServerPool pool = callers.pool("c", MEMBER);
    publish(moved);
    assertThat(pool.member()).isSameAs(moved);
  }

  @Test
  void onTopology_memberHasLeft_reroutes() {
    Caller caller = callers.asks(callers.pool("c", MEMBER));
    policy.onTopology(topology(2, List.of()));
    callers.attempts();
    assertThat(caller.rerouted).isTrue();
  }

  @Test
  void onTopology_otherCluster_isNoneOfItsBusiness() {
    Caller caller = callers.asks(callers.pool("other", MEMBER));
    policy.onTopology(topology(2, List.of()));
    callers.attempts();
    assertThat(caller.rerouted).isFalse();
  }
}
