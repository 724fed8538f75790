package io.trunkline.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What no topology, however odd, may make the router do.
class RouterPropertyTest {
  private static final Eligibility LIMITS =
      new Eligibility(100, Duration.ofSeconds(1), Map.of("zone", "a"));

  @Property
  void route_anyTopology_keepsThePromiseOfTheRole(
      @ForAll("topologies") Topology topology, @ForAll ListenerRole role) {
    Router router = new Router(LIMITS, Balancer.roundRobin());

    switch (router.route(topology, role)) {
      case Route.To(Member member) -> assertPromise(topology, role, member);
      case Route.Hold(String reason) -> assertThat(reason).isNotBlank().hasSizeLessThan(1_500);
    }
  }

  @Property
  void verdicts_anyTopology_areWhatIsRoutedBy(
      @ForAll("topologies") Topology healthy,
      @ForAll ListenerRole role,
      @ForAll boolean drains,
      @ForAll boolean without) {
    Topology drained = drains ? healthy.draining("a switchover is announced") : healthy;
    Topology topology = without ? drained.settingAside(Map.of("n0", "is drained")) : drained;
    Router router = new Router(LIMITS, Balancer.roundRobin());

    List<Member> eligible =
        router.verdicts(topology, role).stream()
            .filter(Verdict::isEligible)
            .map(Verdict::member)
            .toList();

    Set<Member> routedTo = new HashSet<>();
    for (int i = 0; i < Math.max(1, topology.members().size()); i++) {
      if (router.route(topology, role) instanceof Route.To(Member member)) {
        routedTo.add(member);
      }
    }
    assertThat(routedTo).containsExactlyInAnyOrderElementsOf(eligible);
  }

  private static void assertPromise(Topology topology, ListenerRole role, Member member) {
    assertThat(topology.members()).contains(member);
    assertThat(member.alive()).isTrue();
    if (member.role() == Role.PRIMARY) {
      assertThat(member).isEqualTo(topology.leader());
      assertThat(role).isNotEqualTo(ListenerRole.REPLICA);
      return;
    }
    if (member.role() == Role.UNKNOWN) { // found out without SQL
      assertThat(role).isEqualTo(ListenerRole.ANY);
    }
    assertThat(role).isNotEqualTo(ListenerRole.PRIMARY);
    assertThat(member.reason()).isEmpty();
    assertThat(member.tags()).containsEntry("zone", "a");
    if (role != ListenerRole.ANY) {
      assertThat(member.lagBytes()).isLessThanOrEqualTo(100);
      assertThat(member.lag()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Provide
  Arbitrary<Topology> topologies() {
    return members()
        .list()
        .ofMaxSize(5)
        .flatMap(seeds ->
            Arbitraries.integers()
                .between(-1, seeds.size() - 1)
                .map(leader -> topology(seeds, leader)));
  }

  private static Topology topology(List<Member> seeds, int leader) {
    List<Member> members = new ArrayList<>();
    for (Member seed : seeds) {
      members.add(named("n" + members.size(), seed));
    }
    return new Topology("main", 1, leader < 0 ? null : members.get(leader), 1, members, "test");
  }

  private static Member named(String name, Member seed) {
    return new Member(
        name,
        seed.address(),
        seed.role(),
        seed.timeline(),
        seed.lsn(),
        seed.lagBytes(),
        seed.lag(),
        seed.alive(),
        seed.started(),
        seed.readOnly(),
        seed.latencyNanos(),
        seed.tags(),
        seed.reason());
  }

  private static Arbitrary<Member> members() {
    Arbitrary<Map<String, String>> tags =
        Arbitraries.of(Map.of(), Map.of("zone", "a"), Map.of("zone", "a", "noloadbalance", "true"));
    return Combinators.combine(
            Arbitraries.of(Role.class),
            Arbitraries.longs().between(0, 200),
            Arbitraries.longs().between(0, 2_000),
            Arbitraries.of(true, false),
            tags,
            Arbitraries.of("", "excluded"))
        .as(RouterPropertyTest::member);
  }

  private static Member member(
      Role role, long lagBytes, long lagMs, boolean alive, Map<String, String> tags, String why) {
    return new Member(
        "seed",
        new HostPort("h", 1),
        role,
        1,
        Lsn.ZERO,
        lagBytes,
        Duration.ofMillis(lagMs),
        alive,
        null,
        false,
        0,
        tags,
        why);
  }
}
