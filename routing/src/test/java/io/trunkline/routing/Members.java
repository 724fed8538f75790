package io.trunkline.routing;

import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Members and topologies for tests.
final class Members {
  private Members() {}

  static Member primary(String name) {
    return member(name, Role.PRIMARY);
  }

  static Member standby(String name) {
    return member(name, Role.STANDBY);
  }

  static Member standby(String name, long lagBytes, Duration lag, Map<String, String> tags) {
    return new Member(
        name, at(name), Role.STANDBY, 1, Lsn.ZERO, lagBytes, lag, true, null, false, 0, tags, "");
  }

  static Member standbyWithLatency(String name, long latencyNanos) {
    return new Member(
        name,
        at(name),
        Role.STANDBY,
        1,
        Lsn.ZERO,
        0,
        Duration.ZERO,
        true,
        null,
        false,
        latencyNanos,
        Map.of(),
        "");
  }

  static Member excluded(String name, Role role, String reason) {
    return new Member(
        name,
        at(name),
        role,
        1,
        Lsn.ZERO,
        0,
        Duration.ZERO,
        true,
        null,
        false,
        0,
        Map.of(),
        reason);
  }

  static Member dead(String name, Role role, String reason) {
    return new Member(
        name,
        at(name),
        role,
        1,
        Lsn.ZERO,
        0,
        Duration.ZERO,
        false,
        null,
        false,
        0,
        Map.of(),
        reason);
  }

  static Topology led(Member leader, Member... others) {
    List<Member> all = new ArrayList<>(List.of(others));
    all.add(leader);
    return new Topology("main", 1, leader, 1, all, "test");
  }

  static Topology draining(Member leader, Member... others) {
    Topology led = led(leader, others);
    return new Topology("main", 1, leader, 1, led.members(), "p hands over", "test");
  }

  static Topology leaderless(Member... members) {
    return new Topology("main", 1, null, 1, List.of(members), "test");
  }

  private static Member member(String name, Role role) {
    return excluded(name, role, "");
  }

  private static HostPort at(String name) {
    return new HostPort(name + ".example", 5432);
  }
}
