package io.trunkline.pool;

import io.trunkline.routing.Member;
import io.trunkline.settings.HostPort;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/// Sessions come and go, pools end that nobody uses, and their settings become others: a pool that
/// somebody has entered stays.
public class PoolRegistryLincheckTest {
  private static final Member MEMBER = Member.unseen("m1", new HostPort("127.0.0.1", 5432));
  private static final PoolSettings SETTINGS = PoolSettings.defaults();
  private static final PoolSettings OTHERS = SharedPools.settings(3, 1);
  private static final PoolKey KEY = new PoolKey("c", "m1", "db", "u");

  private final SharedPools pools = new SharedPools(1);
  private final PoolRegistry registry = new PoolRegistry(pools.parts());

  @Operation
  public void enterAndLeave() {
    ServerPool pool = enter();
    if (!registry.pools().contains(pool)) {
      throw new IllegalStateException("entered a pool that has ended");
    }
    pool.leave();
  }

  @Operation
  public void enterAndStay() {
    enter();
  }

  private ServerPool enter() {
    return registry.enter(KEY, MEMBER, SETTINGS, _ -> OTHERS);
  }

  /// The settings become others, and those who come later have the first ones again.
  @Operation(nonParallelGroup = "reload")
  public void renew() {
    registry.renew();
  }

  @Operation(nonParallelGroup = "housekeeping")
  public void keepHouse() {
    registry.keepHouse(0, SharedPools.NOW + 2 * ServerPool.QUIET.toNanos());
  }

  /// A database, a user and a member for all pools, which are for the same.
  @Validate
  public void limitsAreThoseOfPools() {
    if (registry.limitCount() != (registry.pools().isEmpty() ? 0 : 3)) {
      throw new IllegalStateException(registry.limitCount() + " limits");
    }
  }

  @Test
  void pools_anyInterleaving_areThereWhileEntered() {
    Interleavings.check(PoolRegistryLincheckTest.class);
  }
}
