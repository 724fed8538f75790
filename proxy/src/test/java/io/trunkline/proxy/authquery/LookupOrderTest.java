package io.trunkline.proxy.authquery;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.routing.Lsn;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookupOrderTest {
  private static final Member LEADER = member("z", Role.PRIMARY, true, 0);
  private static final Member NEAR = member("y", Role.STANDBY, true, 10);
  private static final Member FAR = member("x", Role.STANDBY, true, 1000);
  private static final Member DEAD = member("a", Role.STANDBY, false, 0);

  static Member member(String name, Role role, boolean alive, long lagBytes) {
    return new Member(
        name,
        new HostPort(name, 5432),
        role,
        1,
        Lsn.ZERO,
        lagBytes,
        Duration.ZERO,
        alive,
        null,
        false,
        0,
        Map.of(),
        "");
  }

  static Topology topology(Member... members) {
    Member leader = members[0].role() == Role.PRIMARY && members[0].alive() ? members[0] : null;
    return new Topology("main", 1, leader, 1, List.of(members), "");
  }

  @Test
  void of_allWell_leaderThenStandbysByLag() {
    assertThat(LookupOrder.of(topology(LEADER, DEAD, FAR, NEAR), member -> false))
        .containsExactly(LEADER, NEAR, FAR);
  }

  @Test
  void of_silentLeader_comesAfterThoseWhoSpeak() {
    assertThat(LookupOrder.of(topology(LEADER, FAR, NEAR), LEADER::equals))
        .containsExactly(NEAR, FAR, LEADER);
  }

  @Test
  void of_deadMember_isTheLastResort() {
    assertThat(LookupOrder.of(topology(LEADER, DEAD), LEADER::equals))
        .containsExactly(LEADER, DEAD);
  }

  @Test
  void of_nobodyLookedAtYet_isEverybody() {
    Member one = Member.unseen("one", new HostPort("one", 1));
    Member two = Member.unseen("two", new HostPort("two", 1));
    assertThat(LookupOrder.of(topology(one, two), member -> false)).containsExactly(one, two);
  }

  @Test
  void of_oneMember_isAskedTwice() {
    assertThat(LookupOrder.of(topology(LEADER), member -> false)).containsExactly(LEADER, LEADER);
  }

  @Test
  void of_noMember_isNobody() {
    assertThat(
            LookupOrder.of(
                new Topology("main", 1, null, 0, List.of(), "all have left"), member -> false))
        .isEmpty();
  }
}
