package io.trunkline.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Every answer one topology allows, made once when the topology is first seen, so that routing a
/// transaction only picks one of them.
final class RoutePlan {
  private static final Route.To[] NOBODY = {};

  final Topology topology;
  private final Eligibility eligibility;
  private final Set<String> avoided;
  private final Route leader;
  private final Route.To[] standbys;
  private final Route.To[] any;

  RoutePlan(Topology topology, Eligibility eligibility, Set<String> avoided) {
    this.topology = topology;
    this.eligibility = eligibility;
    this.avoided = avoided;
    leader = leaderOf(topology);
    standbys = select(this::objectionToStandby);
    any = select(this::objectionToAny);
  }

  /// The leader, or the hold that says why there is none.
  Route leader() {
    return leader;
  }

  /// Standbys that may be read from. Not a copy: read only.
  Route.To[] standbys() {
    return standbys;
  }

  /// Members that may be used when the role does not matter. Not a copy: read only.
  Route.To[] any() {
    return any;
  }

  Route.Hold noStandby() {
    return HoldReason.of("no standby is eligible", topology.members(), this::objectionToStandby);
  }

  Route.Hold noStandbyAndNoLeader() {
    return HoldReason.of(
        "no standby is eligible and there is no leader",
        topology.members(),
        this::objectionToStandby);
  }

  Route.Hold noMember() {
    return HoldReason.of("no member is eligible", topology.members(), this::objectionToAny);
  }

  /// What keeps each member from getting clients of this role, in the topology's order. Those who
  /// may get them are those the role's clients are routed to.
  List<Verdict> verdicts(ListenerRole role) {
    Function<Member, String> objection =
        switch (role) {
          case PRIMARY -> this::objectionToLeading;
          case REPLICA -> this::objectionToStandby;
          case PREFER_REPLICA ->
              standbys.length == 0 ? this::objectionToStandIn : this::objectionToStandby;
          case ANY -> this::objectionToAny;
        };
    return topology.members().stream()
        .map(member -> new Verdict(member, objection.apply(member)))
        .toList();
  }

  private String objectionToLeading(Member member) {
    boolean drains = !topology.drain().isEmpty() && member.equals(topology.leader());
    return drains ? topology.drain() : objectionToLeader(member, topology.leader());
  }

  /// While there is no standby.
  private String objectionToStandIn(Member member) {
    return member.equals(topology.leader())
        ? objectionToLeading(member)
        : objectionToStandby(member);
  }

  private Route leaderOf(Topology topology) {
    Member leader = topology.leader();
    if (!topology.drain().isEmpty()) {
      return new Route.Hold(topology.drain());
    }
    if (leader != null && objectionToLeader(leader, leader).isEmpty()) {
      return new Route.To(leader);
    }
    return HoldReason.of(
        "no leader", topology.members(), member -> objectionToLeader(member, leader));
  }

  private String objectionToLeader(Member member, @Nullable Member leader) {
    if (avoided.contains(member.name())) {
      return "was just tried";
    }
    if (!member.alive()) {
      return member.reason().isEmpty() ? "does not answer" : member.reason();
    }
    return switch (member.role()) {
      case STANDBY -> "is a standby";
      case UNKNOWN -> "has no known role";
      case PRIMARY -> member.equals(leader) ? "" : reasonNotToLead(member);
    };
  }

  private static String reasonNotToLead(Member primary) {
    return primary.reason().isEmpty() ? "is not the leader" : primary.reason();
  }

  private String objectionToStandby(Member member) {
    String outside = objectionFromOutside(member);
    return outside.isEmpty() ? eligibility.objectionToStandby(member) : outside;
  }

  /// What speaks against a member whatever it is like.
  private String objectionFromOutside(Member member) {
    return avoided.contains(member.name()) ? "was just tried" : topology.asideReason(member.name());
  }

  private String objectionToAny(Member member) {
    if (!topology.drain().isEmpty() && member.equals(topology.leader())) {
      return topology.drain();
    }
    String outside = objectionFromOutside(member);
    return outside.isEmpty() ? eligibility.objectionToAny(member, topology.leader()) : outside;
  }

  private Route.To[] select(Function<Member, String> objection) {
    List<Route.To> eligible = new ArrayList<>();
    for (Member member : topology.members()) {
      if (objection.apply(member).isEmpty()) {
        eligible.add(new Route.To(member));
      }
    }
    return eligible.toArray(NOBODY);
  }
}
