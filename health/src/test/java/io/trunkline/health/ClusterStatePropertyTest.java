package io.trunkline.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.routing.Balancer;
import io.trunkline.routing.Eligibility;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Route;
import io.trunkline.routing.Router;
import io.trunkline.routing.Topology;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// What no sequence of looks, however contradictory, may lead to.
class ClusterStatePropertyTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  @Property(tries = 2_000)
  void after_anySequence_leaderIsOneFencedPrimary(@ForAll("sequences") List<Observation> looks) {
    ClusterState state =
        ClusterState.initial("main", Looks.FAILED_LOOKS_MAX)
            .with(Looks.roster(NAMES.toArray(String[]::new)));
    Set<String> looked = new HashSet<>();

    for (Observation look : looks) {
      ClusterState next = state.after(look);
      looked.add(look.member());
      assertSound(next);
      assertMovesOn(state, next, look);
      if (looked.size() < NAMES.size()) {
        assertThat(next.topology().leader()).isNull();
      }
      state = next;
    }
  }

  /// One leader at most can get writes, and it is on the highest timeline ever seen.
  private static void assertSound(ClusterState state) {
    Topology topology = state.topology();
    Member leader = topology.leader();
    for (Member member : topology.members()) {
      if (member.alive() && member.role() == Role.PRIMARY && !member.equals(leader)) {
        assertThat(member.reason()).isNotEmpty();
      }
    }
    if (leader == null) {
      assertThat(state.leaderlessReason()).isNotBlank();
      assertThat(topology.timeline()).isEqualTo(state.fence().timeline());
      return;
    }
    assertThat(leader.alive()).isTrue();
    assertThat(leader.role()).isEqualTo(Role.PRIMARY);
    assertThat(leader.reason()).isEmpty();
    if (leader.timeline() != 0) {
      assertThat(leader.timeline()).isEqualTo(state.fence().timeline());
    }
    long identifier =
        ((Sighting.Answering) state.sightings().get(leader.name())).last().systemIdentifier();
    assertThat(identifier).isIn(0L, state.fence().systemIdentifier());
  }

  private static void assertMovesOn(ClusterState before, ClusterState after, Observation look) {
    assertThat(after.topology().version()).isEqualTo(before.topology().version() + 1);
    assertThat(after.topology().members())
        .isSortedAccordingTo(Comparator.comparing(Member::name))
        .hasSize(NAMES.size());
    if (before.fence().systemIdentifier() == after.fence().systemIdentifier()) {
      assertThat(after.fence().timeline()).isGreaterThanOrEqualTo(before.fence().timeline());
    }
    assertLeaderChangesForAReason(before.topology().leader(), after.topology().leader(), after);
    if (look instanceof Observation.Dead(String name, Observation.Certainty certainty, _)
        && certainty == Observation.Certainty.CERTAIN) {
      assertThat(after.topology().member(name).alive()).isFalse();
    }
  }

  /// From one leader straight to another only for a higher timeline, another cluster, or because
  /// the old one can lead no more.
  private static void assertLeaderChangesForAReason(
      Member before, Member after, ClusterState state) {
    if (before == null || after == null || before.name().equals(after.name())) {
      return;
    }
    Member old = state.topology().member(before.name());
    assertThat(
            !old.alive()
                || old.role() != Role.PRIMARY
                || old.reason().contains("another cluster")
                || after.timeline() > old.timeline())
        .isTrue();
  }

  @Property(tries = 500)
  void after_anySequence_routerSendsWritesToTheLeaderOrHolds(
      @ForAll("sequences") List<Observation> looks) {
    ClusterState state =
        ClusterState.initial("main", Looks.FAILED_LOOKS_MAX)
            .with(Looks.roster(NAMES.toArray(String[]::new)));
    Router router = new Router(Eligibility.anyStandby(), Balancer.roundRobin());

    for (Observation look : looks) {
      state = state.after(look);
      Member leader = state.topology().leader();
      switch (router.route(state.topology(), ListenerRole.PRIMARY)) {
        case Route.To(Member member) -> assertThat(member).isEqualTo(leader);
        case Route.Hold(String reason) -> {
          assertThat(leader).isNull();
          assertThat(reason).contains("a ", "b ", "c ", "d ");
        }
      }
    }
  }

  /// A look, or word from the store: who holds the key at which revision, or that nobody knows.
  sealed interface Fact {
    record Looked(Observation look) implements Fact {}

    record Said(long revision, String holder, boolean doubtful) implements Fact {
      Roster roster() {
        String doubt = doubtful ? "silent" : "";
        return new Roster(
            "test",
            Looks.roster(NAMES.toArray(String[]::new)).members(),
            new Claims(
                7, revision, holder, false, doubt, false, false, List.of(), null, Looks.CLUSTER));
      }
    }
  }

  /// Whatever is seen and said in whatever order: who leads holds the key by the newest word there
  /// was, says by itself that it is a primary, and is not below a timeline ever seen.
  @Property(tries = 2_000)
  void facts_inAnyOrder_theLeaderHoldsTheNewestClaim(@ForAll("facts") List<Fact> facts) {
    ClusterState state =
        ClusterState.initial("main", Looks.FAILED_LOOKS_MAX)
            .with(new Fact.Said(0, null, false).roster());
    Fact.Said newest = new Fact.Said(0, null, false);

    for (Fact fact : facts) {
      ClusterState next =
          switch (fact) {
            case Fact.Looked(Observation look) -> state.after(look);
            case Fact.Said said -> state.with(said.roster());
          };
      if (fact instanceof Fact.Said said) {
        if (said.revision() < newest.revision()) {
          assertThat(next).isSameAs(state);
        } else {
          newest = said;
        }
      }
      assertThat(next.fence().timeline()).isGreaterThanOrEqualTo(state.fence().timeline());
      assertSound(next);
      Member leader = next.topology().leader();
      if (leader != null) {
        assertThat(leader.name()).isEqualTo(newest.holder());
        assertThat(newest.doubtful()).isFalse();
      }
      state = next;
    }
  }

  @Provide
  Arbitrary<List<Fact>> facts() {
    Arbitrary<Fact> looked =
        sequences()
            .filter(looks -> !looks.isEmpty())
            .map(looks -> new Fact.Looked(looks.getFirst()));
    Arbitrary<Fact> said =
        Combinators.combine(
                Arbitraries.longs().between(0, 20),
                Arbitraries.of("a", "b", "c", "d", "z").injectNull(0.2),
                Arbitraries.frequencyOf(
                    Tuple.of(5, Arbitraries.just(false)), Tuple.of(1, Arbitraries.just(true))))
            .as(Fact.Said::new);
    return Arbitraries.frequencyOf(Tuple.of(2, looked), Tuple.of(1, said))
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Provide
  Arbitrary<List<Observation>> sequences() {
    Arbitrary<String> names = Arbitraries.of(NAMES);
    Arbitrary<Observation> alive =
        Combinators.combine(
                names,
                Arbitraries.of(Role.PRIMARY, Role.STANDBY),
                Arbitraries.integers().between(0, 4),
                Arbitraries.frequencyOf(
                    Tuple.of(8, Arbitraries.just(Looks.CLUSTER)),
                    Tuple.of(1, Arbitraries.of(0L, 8_000L, 9_000L))))
            .as(Looks::alive);
    Arbitrary<Observation> dead =
        Combinators.combine(names, Arbitraries.of(Observation.Certainty.class))
            .as((name, certainty) -> new Observation.Dead(name, certainty, "down"));
    return Arbitraries.frequencyOf(Tuple.of(3, alive), Tuple.of(1, dead))
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }
}
