package io.trunkline.routing;

import static io.trunkline.routing.ListenerRole.ANY;
import static io.trunkline.routing.ListenerRole.PREFER_REPLICA;
import static io.trunkline.routing.ListenerRole.PRIMARY;
import static io.trunkline.routing.ListenerRole.REPLICA;
import static io.trunkline.routing.Members.dead;
import static io.trunkline.routing.Members.draining;
import static io.trunkline.routing.Members.excluded;
import static io.trunkline.routing.Members.leaderless;
import static io.trunkline.routing.Members.led;
import static io.trunkline.routing.Members.primary;
import static io.trunkline.routing.Members.standby;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RouterTest {
  private static final Eligibility LIMITS =
      new Eligibility(1_000, Duration.ofSeconds(5), Map.of("zone", "a"));
  private static final Map<String, String> ZONE_A = Map.of("zone", "a");

  /// Topology, role, the names of all members that may be chosen (none: hold).
  static Stream<Arguments> table() {
    Topology healthy = led(primary("p"), standby("s1"), standby("s2"));
    Topology alone = led(primary("p"));
    Topology noLeader = leaderless(dead("p", Role.PRIMARY, "refused"), standby("s1"));
    Topology allDead = leaderless(dead("p", Role.PRIMARY, "x"), dead("s1", Role.STANDBY, "x"));
    Topology two = led(primary("p"), excluded("old", Role.PRIMARY, "old timeline"), standby("s1"));
    Topology deadLeader = led(dead("p", Role.PRIMARY, "gone"), standby("s1"));
    Topology demoted = led(standby("p"), standby("s1"));
    Topology draining = draining(primary("p"), standby("s1"));
    Topology aside = healthy.settingAside(Map.of("p", "is in maintenance", "s1", "is drained"));
    Topology empty = Topology.unknown("main", List.of());
    return Stream.of(
        arguments(healthy, PRIMARY, Set.of("p")),
        arguments(healthy, REPLICA, Set.of("s1", "s2")),
        arguments(healthy, PREFER_REPLICA, Set.of("s1", "s2")),
        arguments(healthy, ANY, Set.of("p", "s1", "s2")),
        arguments(draining, PRIMARY, Set.of()),
        arguments(draining, REPLICA, Set.of("s1")),
        arguments(draining, PREFER_REPLICA, Set.of("s1")),
        arguments(draining, ANY, Set.of("s1")),
        arguments(aside, PRIMARY, Set.of("p")),
        arguments(aside, REPLICA, Set.of("s2")),
        arguments(aside, PREFER_REPLICA, Set.of("s2")),
        arguments(aside, ANY, Set.of("p", "s2")),
        arguments(alone, PRIMARY, Set.of("p")),
        arguments(alone, REPLICA, Set.of()),
        arguments(alone, PREFER_REPLICA, Set.of("p")),
        arguments(alone, ANY, Set.of("p")),
        arguments(noLeader, PRIMARY, Set.of()),
        arguments(noLeader, REPLICA, Set.of("s1")),
        arguments(noLeader, PREFER_REPLICA, Set.of("s1")),
        arguments(noLeader, ANY, Set.of("s1")),
        arguments(allDead, PRIMARY, Set.of()),
        arguments(allDead, REPLICA, Set.of()),
        arguments(allDead, PREFER_REPLICA, Set.of()),
        arguments(allDead, ANY, Set.of()),
        arguments(two, PRIMARY, Set.of("p")),
        arguments(two, REPLICA, Set.of("s1")),
        arguments(two, PREFER_REPLICA, Set.of("s1")),
        arguments(two, ANY, Set.of("p", "s1")),
        arguments(deadLeader, PRIMARY, Set.of()),
        arguments(deadLeader, PREFER_REPLICA, Set.of("s1")),
        arguments(demoted, PRIMARY, Set.of()),
        arguments(empty, PRIMARY, Set.of()),
        arguments(empty, REPLICA, Set.of()),
        arguments(empty, PREFER_REPLICA, Set.of()),
        arguments(empty, ANY, Set.of()));
  }

  @ParameterizedTest
  @MethodSource("table")
  void route_topologyAndRole_usesExactlyTheEligibleMembers(
      Topology topology, ListenerRole role, Set<String> expected) {
    Router router = new Router(Eligibility.anyStandby(), Balancer.roundRobin());

    assertThat(chosen(router, topology, role)).isEqualTo(expected);
  }

  /// One standby that is wanting in one way, and what the client is told about it.
  static Stream<Arguments> objections() {
    return Stream.of(
        arguments(
            standby("s", 1_001, Duration.ZERO, ZONE_A), "s is 1001 bytes behind (limit 1000)"),
        arguments(standby("s", 0, Duration.ofMillis(5_001), ZONE_A), "s is 5001 ms behind"),
        arguments(standby("s", 0, Duration.ZERO, Map.of()), "s lacks the tag zone=a"),
        arguments(standby("s", 0, Duration.ZERO, Map.of("zone", "b")), "s lacks the tag zone=a"),
        arguments(
            standby("s", 0, Duration.ZERO, Map.of("zone", "a", "noloadbalance", "true")),
            "s is tagged noloadbalance"),
        arguments(dead("s", Role.STANDBY, "connection refused"), "s connection refused"),
        arguments(dead("s", Role.STANDBY, ""), "s does not answer"),
        arguments(excluded("s", Role.STANDBY, "other cluster"), "s other cluster"),
        arguments(excluded("s", Role.UNKNOWN, ""), "s has no known role"),
        arguments(excluded("s", Role.PRIMARY, "old timeline"), "s old timeline"),
        arguments(primary("s"), "s is a primary"));
  }

  @Test
  void route_memberOfUnknownRole_takesThoseWhoTakeAny() {
    Router router = new Router(LIMITS, Balancer.first());
    Topology topology =
        leaderless(excluded("b", Role.UNKNOWN, ""), excluded("a", Role.UNKNOWN, ""));

    assertThat(router.route(topology, REPLICA)).isInstanceOf(Route.Hold.class);
    assertThat(new Router(Eligibility.anyStandby(), Balancer.first()).route(topology, ANY))
        .isEqualTo(new Route.To(topology.members().getFirst()));
  }

  @ParameterizedTest
  @MethodSource("objections")
  void route_standbyNotEligible_holdNamesTheMemberAndWhy(Member wanting, String expected) {
    Router router = new Router(LIMITS, Balancer.roundRobin());

    Route route = router.route(leaderless(wanting), REPLICA);

    assertThat(route).isInstanceOf(Route.Hold.class);
    assertThat(((Route.Hold) route).reason()).startsWith("no standby is eligible: " + expected);
  }

  @Test
  void route_standbyWithinAllLimits_isUsed() {
    Router router = new Router(LIMITS, Balancer.roundRobin());
    Topology topology = leaderless(standby("s", 1_000, Duration.ofSeconds(5), ZONE_A));

    assertThat(chosen(router, topology, REPLICA)).containsExactly("s");
  }

  @Test
  void route_lagBeyondLimit_doesNotKeepAMemberFromAny() {
    Router router = new Router(LIMITS, Balancer.roundRobin());
    Topology topology = leaderless(standby("s", 9_999, Duration.ofHours(1), ZONE_A));

    assertThat(chosen(router, topology, ANY)).containsExactly("s");
  }

  @Test
  void route_noStandbyWithinLimits_preferReplicaFallsBackToTheLeader() {
    Router router = new Router(LIMITS, Balancer.roundRobin());
    Topology topology = led(primary("p"), standby("s", 9_999, Duration.ZERO, ZONE_A));

    assertThat(chosen(router, topology, PREFER_REPLICA)).containsExactly("p");
  }

  @Test
  void route_noLeader_holdSaysWhatEachMemberIs() {
    Router router = new Router(Eligibility.anyStandby(), Balancer.roundRobin());
    Topology topology =
        leaderless(
            dead("a", Role.PRIMARY, "connection refused"),
            standby("b"),
            excluded("c", Role.PRIMARY, "is primary on timeline 1, below 2"));

    assertThat(router.route(topology, PRIMARY))
        .isEqualTo(
            new Route.Hold(
                "no leader: a connection refused; b is a standby;"
                    + " c is primary on timeline 1, below 2"));
  }

  @Test
  void route_manyMembersWithLongReasons_holdStaysShort() {
    Member[] many =
        IntStream.range(0, 1_000)
            .mapToObj(i -> dead("n" + i + "x".repeat(500), Role.STANDBY, "y".repeat(5_000)))
            .toArray(Member[]::new);
    Router router = new Router(Eligibility.anyStandby(), Balancer.roundRobin());

    Route route = router.route(leaderless(many), REPLICA);

    assertThat(((Route.Hold) route).reason()).hasSizeLessThan(1_500).endsWith("and 992 more");
  }

  @ParameterizedTest
  @EnumSource(ListenerRole.class)
  void route_sameTopologyAgain_givesTheSameObjects(ListenerRole role) {
    Router router = new Router(Eligibility.anyStandby(), Balancer.roundRobin());
    Topology topology = led(primary("p"), standby("s1"), standby("s2"));
    Set<Route> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    for (int i = 0; i < 300; i++) {
      seen.add(router.route(topology, role));
    }

    assertThat(seen).hasSizeLessThanOrEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(ListenerRole.class)
  void route_sameTopologyAgain_allocatesNothing(ListenerRole role) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Topology topology = led(primary("p"), standby("s1"), standby("s2"));
    Router router =
        new Router(
            Eligibility.anyStandby(), Balancer.latencyAware(m -> 1, new SplittableRandom(1)));
    for (int i = 0; i < 100; i++) { // classes are loaded and the plan is made
      router.route(topology, role);
      threads.getCurrentThreadAllocatedBytes();
    }

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      router.route(topology, role);
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000);
  }

  @Test
  void route_newTopology_replacesTheOldAnswers() {
    Router router = new Router(Eligibility.anyStandby(), Balancer.roundRobin());

    assertThat(chosen(router, led(primary("a"), standby("b")), PRIMARY)).containsExactly("a");
    assertThat(chosen(router, led(primary("b"), standby("a")), PRIMARY)).containsExactly("b");
  }

  @Test
  void routeAvoiding_namedMembers_areLeftOut() {
    Router router = new Router(Eligibility.anyStandby(), Balancer.roundRobin());
    Topology topology = led(primary("p"), standby("s1"), standby("s2"));

    assertThat(router.routeAvoiding(Set.of("s1"), topology, REPLICA))
        .isEqualTo(new Route.To(standby("s2")));
    assertThat(router.routeAvoiding(Set.of("p"), topology, PRIMARY))
        .isEqualTo(new Route.Hold("no leader: s1 is a standby; s2 is a standby; p was just tried"));
    assertThat(router.routeAvoiding(Set.of("p", "s1", "s2"), topology, ANY))
        .isInstanceOf(Route.Hold.class);
    assertThat(router.routeAvoiding(Set.of(), topology, PRIMARY))
        .isSameAs(router.route(topology, PRIMARY));
  }

  private static Set<String> chosen(Router router, Topology topology, ListenerRole role) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      if (router.route(topology, role) instanceof Route.To to) {
        names.add(to.member().name());
      }
    }
    return names;
  }
}
