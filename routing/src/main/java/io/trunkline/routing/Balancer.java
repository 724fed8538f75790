package io.trunkline.routing;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Hot path. Picks one of several eligible members. One instance belongs to one event loop, so its
/// counter needs no lock; nothing is allocated.
public sealed interface Balancer
    permits SlowStart,
        Balancer.First,
        Balancer.RoundRobin,
        Balancer.LeastConnections,
        Balancer.LatencyAware {

  /// One of these; there is at least one.
  Route.To pick(Route.To[] eligible);

  /// These are eligible from now on. Called for each new topology, also when there is nothing to
  /// pick from.
  default void see(Route.To[] eligible) {
    // most need not know
  }

  /// The same, which does not rush to a member that has just come back; see [SlowStart].
  ///
  /// @param rise how long a member takes to its full share
  /// @param clock nanoseconds
  /// @param random need not be safe for threads
  /// @param refuses whether a member has refused its last connection
  default Balancer withSlowStart(
      Duration rise, LongSupplier clock, RandomGenerator random, Predicate<Member> refuses) {
    return new SlowStart(this, new SlowStart.Pace(rise, clock, random, refuses));
  }

  /// A new balancer of this kind.
  static Balancer of(Balance balance, MemberLoad load, RandomGenerator random) {
    return switch (balance) {
      case ROUND_ROBIN -> roundRobin();
      case LEAST_CONNECTIONS -> leastConnections(load);
      case LATENCY -> latencyAware(load, random);
      case FIRST -> first();
    };
  }

  /// Each in turn.
  static Balancer roundRobin() {
    return new RoundRobin();
  }

  /// The member with the least load; those equally loaded take turns.
  static Balancer leastConnections(MemberLoad load) {
    return new LeastConnections(load);
  }

  /// Power of two choices: of two members drawn by chance, the one whose load costs less time. Two
  /// draws spread almost as evenly as looking at all, without every loop rushing to the one member
  /// that looked best a moment ago (Mitzenmacher, "The Power of Two Choices in Randomized Load
  /// Balancing", 2001).
  ///
  /// @param random need not be safe for threads: it is used by this balancer's loop alone
  static Balancer latencyAware(MemberLoad load, RandomGenerator random) {
    return new LatencyAware(load, random);
  }

  /// The first, which is the first by name: a topology has its members in that order.
  static Balancer first() {
    return new First();
  }

  /// See [Balancer#first].
  final class First implements Balancer {
    private First() {}

    @Override
    public Route.To pick(Route.To[] eligible) {
      return eligible[0];
    }
  }

  /// See [Balancer#roundRobin].
  final class RoundRobin implements Balancer {
    private int turn;

    private RoundRobin() {}

    @Override
    public Route.To pick(Route.To[] eligible) {
      return eligible[Integer.remainderUnsigned(turn++, eligible.length)];
    }
  }

  /// See [Balancer#leastConnections].
  final class LeastConnections implements Balancer {
    private final MemberLoad load;
    private int turn;

    private LeastConnections(MemberLoad load) {
      this.load = load;
    }

    @Override
    public Route.To pick(Route.To[] eligible) {
      int start = Integer.remainderUnsigned(turn++, eligible.length);
      Route.To best = eligible[start];
      int bestLoad = load.load(best.member());
      for (int i = 1; i < eligible.length; i++) {
        Route.To candidate = eligible[(start + i) % eligible.length];
        int candidateLoad = load.load(candidate.member());
        if (candidateLoad < bestLoad) {
          best = candidate;
          bestLoad = candidateLoad;
        }
      }
      return best;
    }
  }

  /// See [Balancer#latencyAware].
  final class LatencyAware implements Balancer {
    /// Added to every latency: smaller differences between members are noise of the measurement.
    private static final long NOISE_NANOS = 250_000;

    private final MemberLoad load;
    private final RandomGenerator random;

    private LatencyAware(MemberLoad load, RandomGenerator random) {
      this.load = load;
      this.random = random;
    }

    @Override
    public Route.To pick(Route.To[] eligible) {
      if (eligible.length == 1) {
        return eligible[0];
      }
      int first = random.nextInt(eligible.length);
      int other = random.nextInt(eligible.length - 1);
      Route.To one = eligible[first];
      Route.To two = eligible[other < first ? other : other + 1];
      long oneLatency = one.member().latencyNanos();
      long twoLatency = two.member().latencyNanos();
      if (oneLatency == 0 || twoLatency == 0) { // unknown: only the load can be compared
        oneLatency = 0;
        twoLatency = 0;
      }
      return cost(one, oneLatency) <= cost(two, twoLatency) ? one : two;
    }

    private double cost(Route.To to, long latencyNanos) {
      return (load.load(to.member()) + 1.0) * (latencyNanos + NOISE_NANOS);
    }
  }
}
