package io.trunkline.routing;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Hot path. A balancer's second thoughts: a member that has just come back gets its share little
/// by little, for its caches are cold and whoever has least connections would get all new ones; and
/// one that refuses connections gets none, before anybody has looked at it.
///
/// A member comes back when it was not eligible a moment ago while others were; those there from
/// the beginning begin with their full share. One instance belongs to one event loop.
final class SlowStart implements Balancer {
  private static final int TRIES = 3;

  private final Balancer inner;
  private final Pace pace;

  /// The names that were eligible last.
  private Set<String> known = Set.of();

  /// When those came back that have not got their full share.
  private final Map<String, Long> since = new HashMap<>();

  /// @param rise how long a member takes to its full share; zero takes none
  /// @param clock nanoseconds
  /// @param random need not be safe for threads
  /// @param refuses whether a member has refused its last connection
  record Pace(
      Duration rise, LongSupplier clock, RandomGenerator random, Predicate<Member> refuses) {}

  SlowStart(Balancer inner, Pace pace) {
    this.inner = inner;
    this.pace = pace;
  }

  @Override
  public void see(Route.To[] eligible) {
    Set<String> now = new HashSet<>();
    for (Route.To to : eligible) {
      String name = to.member().name();
      now.add(name);
      if (!known.isEmpty() && !known.contains(name) && pace.rise.isPositive()) {
        since.put(name, pace.clock.getAsLong());
      }
    }
    since.keySet().retainAll(now);
    if (!now.isEmpty()) {
      known = now;
    }
  }

  @Override
  public Route.To pick(Route.To[] eligible) {
    Route.To picked = inner.pick(eligible);
    for (int i = 1; i < TRIES && !isWelcome(picked.member()); i++) {
      picked = next(eligible, picked);
    }
    return picked;
  }

  private static Route.To next(Route.To[] eligible, Route.To after) {
    for (int i = 0; i < eligible.length; i++) {
      if (eligible[i].equals(after)) {
        return eligible[(i + 1) % eligible.length];
      }
    }
    return after;
  }

  private boolean isWelcome(Member member) {
    return !pace.refuses.test(member) && (since.isEmpty() || hasRisen(member.name()));
  }

  /// Whether it gets this one: ever more likely, and in the end always.
  private boolean hasRisen(String name) {
    Long began = since.get(name);
    if (began == null) {
      return true;
    }
    double share = (pace.clock.getAsLong() - began) / (double) pace.rise.toNanos();
    if (share >= 1) {
      since.remove(name);
      return true;
    }
    return pace.random.nextDouble() < share;
  }
}
