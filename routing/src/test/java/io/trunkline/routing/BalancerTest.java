package io.trunkline.routing;

import static io.trunkline.routing.Members.standby;
import static io.trunkline.routing.Members.standbyWithLatency;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BalancerTest {
  private static final Route.To[] THREE = {to(standby("a")), to(standby("b")), to(standby("c"))};

  @Test
  void roundRobin_threeMembers_takeTurns() {
    assertThat(spread(Balancer.roundRobin(), THREE, 300))
        .isEqualTo(Map.of("a", 100, "b", 100, "c", 100));
  }

  @Test
  void roundRobin_fewerMembersThanBefore_staysInBounds() {
    Balancer balancer = Balancer.roundRobin();
    spread(balancer, THREE, 5);

    assertThat(spread(balancer, new Route.To[] {THREE[0], THREE[2]}, 10))
        .isEqualTo(Map.of("a", 5, "c", 5));
  }

  @Test
  void leastConnections_unequalLoads_takesTheLeastLoaded() {
    Map<String, Integer> loads = Map.of("a", 5, "b", 2, "c", 3);

    assertThat(spread(Balancer.leastConnections(m -> loads.get(m.name())), THREE, 10))
        .isEqualTo(Map.of("b", 10));
  }

  @Test
  void leastConnections_equalLoads_takeTurns() {
    assertThat(spread(Balancer.leastConnections(m -> 7), THREE, 300))
        .isEqualTo(Map.of("a", 100, "b", 100, "c", 100));
  }

  @Test
  void leastConnections_eachPickAddsLoad_fillsEvenly() {
    Map<String, Integer> loads = new HashMap<>(Map.of("a", 9, "b", 0, "c", 0));
    Balancer balancer = Balancer.leastConnections(m -> loads.get(m.name()));

    for (int i = 0; i < 18; i++) {
      loads.merge(balancer.pick(THREE).member().name(), 1, Integer::sum);
    }

    assertThat(loads).isEqualTo(Map.of("a", 9, "b", 9, "c", 9));
  }

  @Test
  void latencyAware_oneMemberTenTimesSlower_getsFarLessButSome() {
    Route.To[] eligible = {
      to(standbyWithLatency("fast", 1_000_000)), to(standbyWithLatency("slow", 12_250_000))
    };
    Map<String, Integer> loads = new HashMap<>(Map.of("fast", 0, "slow", 0));
    Balancer balancer =
        Balancer.latencyAware(m -> loads.get(m.name()), new SplittableRandom(20_260_101));

    for (int i = 0; i < 110; i++) {
      loads.merge(balancer.pick(eligible).member().name(), 1, Integer::sum);
    }

    assertThat(loads.get("slow")).isBetween(8, 12);
  }

  @Test
  void latencyAware_latencyUnknown_comparesLoadsAlone() {
    Route.To[] eligible = {
      to(standbyWithLatency("new", 0)), to(standbyWithLatency("known", 5_000_000))
    };
    Balancer balancer =
        Balancer.latencyAware(m -> m.name().equals("new") ? 9 : 3, new SplittableRandom(1));

    assertThat(spread(balancer, eligible, 20)).isEqualTo(Map.of("known", 20));
  }

  @Property(tries = 50)
  void latencyAware_equalMembers_areUsedEvenly(
      @ForAll @IntRange(min = 2, max = 6) int members, @ForAll long seed) {
    Route.To[] eligible = new Route.To[members];
    for (int i = 0; i < members; i++) {
      eligible[i] = to(standbyWithLatency("n" + i, 1_000_000));
    }

    Map<String, Integer> spread =
        spread(Balancer.latencyAware(m -> 0, new SplittableRandom(seed)), eligible, 600 * members);

    assertThat(spread).hasSize(members);
    assertThat(spread.values()).allMatch(count -> count > 400 && count < 800);
  }

  @Property(tries = 200)
  void latencyAware_twoMembers_neverTakesTheWorse(
      @ForAll @Size(2) int[] loads, @ForAll @Size(2) @LongRange(min = 1) long[] latencies) {
    Route.To[] eligible = {
      to(standbyWithLatency("a", Math.abs(latencies[0] % 1_000_000_000) + 1)),
      to(standbyWithLatency("b", Math.abs(latencies[1] % 1_000_000_000) + 1))
    };
    int loadA = Math.abs(loads[0] % 1_000);
    int loadB = Math.abs(loads[1] % 1_000);
    Balancer balancer =
        Balancer.latencyAware(
            m -> m.name().equals("a") ? loadA : loadB, new SplittableRandom(loadA));

    Member picked = balancer.pick(eligible).member();

    double a = (loadA + 1.0) * (eligible[0].member().latencyNanos() + 250_000);
    double b = (loadB + 1.0) * (eligible[1].member().latencyNanos() + 250_000);
    assertThat(picked.name().equals("a") ? a : b).isEqualTo(Math.min(a, b));
  }

  private static Route.To to(Member member) {
    return new Route.To(member);
  }

  private static Map<String, Integer> spread(Balancer balancer, Route.To[] eligible, int picks) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < picks; i++) {
      counts.merge(balancer.pick(eligible).member().name(), 1, Integer::sum);
    }
    return counts;
  }
}
