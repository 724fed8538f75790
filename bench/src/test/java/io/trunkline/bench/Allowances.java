package io.trunkline.bench;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What may break a rule, each with the reason why that does no harm. One that is needed no more is
/// to go: it would hide what comes later under the same name.
final class Allowances {
  private static final Map<String, String> REASONS =
      Map.of(
          ".pool.OffLoopResolverGroup", "is there to block on a thread that may",
          ".pool.ServerPool.shards", "calls each shard on its own loop only",
          ".proxy.login.Logins.contexts", "a function from a loop to what belongs to it",
          ".proxy.login.Logins.errors", "a function from a loop to what it counts",
          ".pool.PoolParts.openings", "each loop counts in its own",
          ".proxy.console.Loops.contexts", "asks each context on its own loop only",
          ".proxy.Drain.contexts", "each is asked on its own loop",
          ".proxy.Wiring.contexts", "filled before the loops get work, then used on each loop");

  private final Map<String, String> reasons;
  private final Set<String> used = new HashSet<>();

  Allowances() {
    this(REASONS);
  }

  /// @param reasons by the end of a full name
  Allowances(Map<String, String> reasons) {
    this.reasons = reasons;
  }

  /// Whether the class or member of this name, which breaks a rule, may; asked of nothing else.
  boolean allow(String fullName) {
    for (String name : reasons.keySet()) {
      if (fullName.endsWith(name) || fullName.contains(name + "$")) {
        used.add(name);
        return true;
      }
    }
    return false;
  }

  /// Those nothing has made use of.
  Set<String> unused() {
    Set<String> unused = new TreeSet<>(reasons.keySet());
    unused.removeAll(used);
    return unused;
  }
}
