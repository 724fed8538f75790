package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.Standing;
import io.trunkline.routing.Lsn;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaderSeatTest {
  private final LeaderSeat seat = new LeaderSeat(topology(null, Role.UNKNOWN, Role.UNKNOWN));

  private static Member member(String name, Role role) {
    return new Member(
        name,
        new HostPort(name, 5432),
        role,
        1,
        Lsn.ZERO,
        0,
        Duration.ZERO,
        role != Role.UNKNOWN,
        null,
        false,
        0,
        Map.of(),
        "");
  }

  private static Topology topology(@Nullable String leader, Role a, Role b) {
    List<Member> members = List.of(member("a", a), member("b", b));
    Member first = null;
    for (Member member : members) {
      first = member.name().equals(leader) ? member : first;
    }
    return new Topology("c", 1, first, 1, members, "");
  }

  @Test
  void sit_firstLeader_deposesNobody() {
    assertThat(seat.sit(topology("a", Role.PRIMARY, Role.STANDBY))).isNull();
  }

  @Test
  void sit_anotherLeader_deposesTheLastOne_alsoAfterNobodyLed() {
    seat.sit(topology("a", Role.PRIMARY, Role.STANDBY));
    assertThat(seat.sit(topology(null, Role.PRIMARY, Role.STANDBY))).isNull();
    assertThat(seat.sit(topology("b", Role.PRIMARY, Role.PRIMARY))).isEqualTo("a");
    assertThat(seat.sit(topology("b", Role.PRIMARY, Role.PRIMARY))).isNull();
  }

  @Test
  void sit_anotherHoldsTheLeaderKey_deposesTheLastOneThoughNobodyLeads() {
    seat.sit(topology("a", Role.PRIMARY, Role.STANDBY));
    assertThat(seat.sit(claimed("a", Role.UNKNOWN))).isNull(); // restarts in place
    assertThat(seat.sit(claimed("b", Role.PRIMARY))).isEqualTo("a");
    assertThat(seat.sit(topology("b", Role.PRIMARY, Role.PRIMARY))).isNull();
    assertThat(seat.standing("b", claimed("b", Role.PRIMARY))).isEqualTo(Standing.OPEN);
  }

  private static Topology claimed(String claimant, Role a) {
    List<Member> members = List.of(member("a", a), member("b", Role.STANDBY));
    return new Topology("c", 1, null, claimant, 1, members, "", "");
  }

  @Test
  void sit_sameLeaderAgain_deposesNobody() {
    seat.sit(topology("a", Role.PRIMARY, Role.STANDBY));
    seat.sit(topology(null, Role.UNKNOWN, Role.STANDBY));
    assertThat(seat.sit(topology("a", Role.PRIMARY, Role.STANDBY))).isNull();
  }

  @Test
  void standing_nobodyLeads_lastOneRests_unlessItIsAStandbyByNow() {
    seat.sit(topology("a", Role.PRIMARY, Role.STANDBY));
    Topology nobody = topology(null, Role.UNKNOWN, Role.STANDBY);
    seat.sit(nobody);
    assertThat(seat.standing("a", nobody).kind()).isEqualTo(Standing.Kind.RESTS);
    assertThat(seat.standing("b", nobody)).isEqualTo(Standing.OPEN);
    Topology readOnly = topology(null, Role.STANDBY, Role.STANDBY);
    assertThat(seat.standing("a", readOnly)).isEqualTo(Standing.OPEN);
  }

  @Test
  void standing_drain_isOfTheLeaderAlone() {
    Topology draining = topology("a", Role.PRIMARY, Role.STANDBY).draining("why");
    seat.sit(draining);
    assertThat(seat.standing("a", draining)).isEqualTo(Standing.drains("why"));
    assertThat(seat.standing("b", draining)).isEqualTo(Standing.OPEN);
  }
}
