package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.trunkline.routing.Lsn;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CandidatesTest {
  private static final Member LEADER = member("a", Role.PRIMARY, true, 0, Map.of(), "");

  private static Member member(
      String name, Role role, boolean alive, long lag, Map<String, String> tags, String reason) {
    return new Member(
        name,
        new HostPort("10.0.0.1", 5432),
        role,
        1,
        new Lsn(100),
        lag,
        Duration.ZERO,
        alive,
        null,
        false,
        0,
        tags,
        reason);
  }

  private static Member standby(String name, long lag) {
    return member(name, Role.STANDBY, true, lag, Map.of(), "");
  }

  private static Member tagged(String tag, String value) {
    return member("b", Role.STANDBY, true, 0, Map.of(tag, value), "");
  }

  private static Candidates candidates(List<String> synchronous, Member... others) {
    List<Member> all = Stream.concat(Stream.of(LEADER), Stream.of(others)).toList();
    return new Candidates(new Topology("main", 1, LEADER, 1, all, ""), LEADER, synchronous);
  }

  static Stream<Arguments> objections() {
    return Stream.of(
        arguments(standby("b", 0), ""),
        arguments(standby("b", Candidates.LAG_BYTES_MAX), ""),
        arguments(standby("b", Candidates.LAG_BYTES_MAX + 1), "is 16777217 bytes behind"),
        arguments(LEADER, "leads already"),
        arguments(member("b", Role.STANDBY, false, 0, Map.of(), "refused"), "refused"),
        arguments(member("b", Role.STANDBY, false, 0, Map.of(), ""), "is no standby that answers"),
        arguments(member("b", Role.PRIMARY, true, 0, Map.of(), ""), "is no standby that answers"),
        arguments(member("b", Role.STANDBY, true, 0, Map.of(), "old timeline"), "old timeline"),
        arguments(tagged("nofailover", "true"), "is tagged nofailover"),
        arguments(tagged("nofailover", "false"), ""),
        arguments(tagged("failover_priority", "0"), "is tagged failover_priority=0"),
        arguments(tagged("failover_priority", "2"), ""),
        arguments(tagged("noloadbalance", "true"), ""));
  }

  @ParameterizedTest
  @MethodSource("objections")
  void objection_ofAMember_isSaid(Member member, String objection) {
    assertThat(candidates(List.of(), member).objection(member)).isEqualTo(objection);
  }

  @Test
  void pick_nobodyNamed_takesTheOneClosestBehindOfThoseWhoMay() {
    Member far = standby("b", 200);
    Member near = standby("c", 100);
    Member barred = member("d", Role.STANDBY, true, 0, Map.of("nofailover", "true"), "");
    assertThat(candidates(List.of(), far, near, barred).pick("")).isEqualTo(near);
    assertThat(candidates(List.of("b"), far, near, barred).pick("")).isEqualTo(far);
  }

  @Test
  void pick_whoCannot_isRefusedWithTheReason() {
    Candidates candidates = candidates(List.of("b"), standby("b", 0), standby("c", 0));
    assertThat(candidates.pick("b").name()).isEqualTo("b");
    assertThatThrownBy(() -> candidates.pick("c"))
        .hasMessage("c is not ready to lead: it is no synchronous standby");
    assertThatThrownBy(() -> candidates.pick("z")).hasMessage("no such member: z");
    assertThatThrownBy(() -> candidates(List.of()).pick(""))
        .hasMessage("no member is ready to lead");
  }
}
