package io.trunkline.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlowStartTest {
  private static final Route.To A = to("a");
  private static final Route.To B = to("b");
  private static final Route.To[] BOTH = {A, B};
  private static final int PICKS = 10_000;

  private long now;
  private final Set<String> refusing = new HashSet<>();
  private final Balancer balancer =
      Balancer.roundRobin()
          .withSlowStart(
              Duration.ofSeconds(10),
              () -> now,
              new SplittableRandom(1),
              member -> refusing.contains(member.name()));

  private static Route.To to(String name) {
    return new Route.To(Member.unseen(name, new HostPort("127.0.0.1", 5432)));
  }

  /// How much of all goes to `b`, in percent.
  private int share() {
    int picked = 0;
    for (int i = 0; i < PICKS; i++) {
      picked += balancer.pick(BOTH).equals(B) ? 1 : 0;
    }
    return Math.round(100f * picked / PICKS);
  }

  @Test
  void pick_thereFromTheBeginning_hasItsFullShare() {
    balancer.see(BOTH);
    assertThat(share()).isEqualTo(50);
  }

  @Test
  void pick_cameBack_risesToItsFullShare() {
    balancer.see(new Route.To[] {A});
    balancer.see(BOTH);
    assertThat(share()).isZero();
    now = Duration.ofSeconds(5).toNanos();
    assertThat(share()).isBetween(15, 40);
    now = Duration.ofSeconds(10).toNanos();
    assertThat(share()).isEqualTo(50);
  }

  @Test
  void pick_everybodyCameBackAtOnce_nobodyIsLeftOut() {
    balancer.see(BOTH);
    balancer.see(new Route.To[] {});
    balancer.see(BOTH);
    assertThat(share()).isEqualTo(50);
  }

  @Test
  void pick_refusesConnections_isPassedOver() {
    balancer.see(BOTH);
    refusing.add("b");
    assertThat(share()).isZero();
  }

  @Test
  void pick_allRefuse_oneIsPickedNevertheless() {
    balancer.see(BOTH);
    refusing.add("a");
    refusing.add("b");
    assertThat(balancer.pick(BOTH)).isIn(A, B);
  }
}
