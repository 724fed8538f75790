package io.trunkline.proxy.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.PeerSettings;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final HostPort HERE = new HostPort("10.0.0.1", 5010);
  private static final Duration TTL = Duration.ofSeconds(10);

  private final FakeStore store = new FakeStore();
  private final Membership membership =
      new Membership(new PeerSettings(0, Map.of(), HERE, null, "/trunkline/peers/", TTL), "a1");

  private void read() {
    membership.begin(store.keys());
  }

  private boolean settle() throws Exception {
    return membership.settle(store);
  }

  @Test
  void settle_alone_takesANumberAndHasItOnceItIsRead() throws Exception {
    read();
    assertThat(settle()).isTrue();
    assertThat(membership.fleet().self()).isZero(); // nobody has seen it yet

    read();
    assertThat(settle()).isFalse();

    assertThat(membership.fleet().self()).isEqualTo(1);
    assertThat(membership.fleet().instances()).containsOnly(Map.entry(1, HERE));
    assertThat(membership.fleet().other(1)).isNull();
  }

  @Test
  void settle_somebodyWasFaster_claimsNothingUntilThatIsRead() throws Exception {
    read();
    store.put("1", "10.0.0.2:5010 b2");

    assertThat(settle()).isFalse();
    assertThat(store.entries.get("1").value()).isEqualTo("10.0.0.2:5010 b2");

    read();
    assertThat(settle()).isTrue();
    read();
    settle();
    assertThat(membership.fleet().self()).isEqualTo(2);
  }

  @Test
  void settle_leaseAndKeyLost_takesTheSameNumberWithANewLease() throws Exception {
    seated();
    store.lease++; // some other client's
    store.entries.clear();

    membership.keep(store);
    read();
    assertThat(settle()).isTrue();
    assertThat(membership.fleet().self())
        .isEqualTo(1); // clients that come now are right to have it
    read();
    settle();

    assertThat(membership.fleet().self()).isEqualTo(1);
    assertThat(Collections.frequency(store.asked, "grant PT10S")).isEqualTo(2);
  }

  @Test
  void settle_numberIsAnothers_isGivenUpBeforeAnotherIsTaken() throws Exception {
    seated();
    store.put("1", "10.0.0.2:5010 b2");

    read();
    assertThat(settle()).isTrue();
    assertThat(membership.fleet().self()).isZero();
    assertThat(membership.fleet().other(1)).isEqualTo(new HostPort("10.0.0.2", 5010));
    read();
    settle();

    assertThat(membership.fleet().self()).isEqualTo(2);
  }

  @Test
  void leave_revokesItsLeaseAlone() throws Exception {
    membership.leave(store);
    assertThat(store.asked).isEmpty();

    seated();
    membership.leave(store);
    assertThat(store.asked).endsWith("revoke 1");
  }

  private void seated() throws Exception {
    read();
    settle();
    read();
    settle();
    assertThat(membership.fleet().self()).isEqualTo(1);
  }
}
