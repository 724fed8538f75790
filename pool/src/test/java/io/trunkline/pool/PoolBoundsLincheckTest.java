package io.trunkline.pool;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/// Loops that open and close connections of a pool with a bound of its own, under two limits of
/// which others take their share: no bound is ever exceeded, and nothing stays counted that is
/// gone.
///
/// That an attempt may be refused while another one, which will be refused as well, holds a place
/// for a moment, is intended: whoever waits is served when something ends.
public class PoolBoundsLincheckTest {
  private static final int OWN = 2;
  private static final int SHARED = 3;
  private static final PoolSettings SETTINGS = SharedPools.settings(OWN, SHARED);

  private final Limit member = new Limit("member m1", SHARED);
  private final Limit user = new Limit("user u", SHARED - 1);
  private final ServerPool pool = new SharedPools(2).pool("a", SETTINGS, member, user);

  /// What is open for certain: counted late and discounted early.
  private final AtomicInteger here = new AtomicInteger();

  private final AtomicInteger elsewhere = new AtomicInteger();

  @Operation
  public void open() {
    if (pool.tryOpen(0) && here.incrementAndGet() > OWN) {
      throw new IllegalStateException("too many");
    }
  }

  @Operation
  public void close() {
    if (discount(here)) {
      pool.opened();
      pool.closed();
    }
  }

  @Operation
  public void openElsewhere() {
    if (member.tryAcquire() && elsewhere.incrementAndGet() > SHARED) {
      throw new IllegalStateException("too many");
    }
  }

  @Operation
  public void closeElsewhere() {
    if (discount(elsewhere)) {
      member.release();
    }
  }

  /// Whether there was one.
  private static boolean discount(AtomicInteger count) {
    int now = count.get();
    while (now > 0 && !count.compareAndSet(now, now - 1)) {
      now = count.get();
    }
    return now > 0;
  }

  @Validate
  public void countsAreTrue() {
    int own = here.get();
    int all = own + elsewhere.get();
    if (pool.open() != own || user.open() != own || member.open() != all || all > SHARED) {
      throw new IllegalStateException(pool.open() + ", " + user + ", " + member);
    }
    if (own == 0 && all < SHARED && !pool.mayConnect()) {
      throw new IllegalStateException("an attempt is counted that has ended");
    }
  }

  @Test
  void bounds_anyInterleaving_hold() {
    Interleavings.check(PoolBoundsLincheckTest.class);
  }
}
