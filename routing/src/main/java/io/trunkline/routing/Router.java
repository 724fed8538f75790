package io.trunkline.routing;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Hot path. Decides where a client may go: no I/O, no clock, and no allocation while the topology
/// stays the same object and somebody is eligible.
///
/// One instance belongs to one event loop, with the balancer inside it: the answers of the last
/// topology are kept.
public final class Router {
  private final Eligibility eligibility;
  private final Balancer balancer;
  private @Nullable RoutePlan lastPlan;

  public Router(Eligibility eligibility, Balancer balancer) {
    this.eligibility = eligibility;
    this.balancer = balancer;
  }

  /// Where a client of a listener with this role may go now.
  ///
  /// @param topology compared by identity with the one of the call before: each publication is a
  ///   new object, and comparing all members' fields per transaction would cost more than routing
  @SuppressWarnings("ReferenceEquality")
  public Route route(Topology topology, ListenerRole role) {
    RoutePlan plan = lastPlan;
    if (plan == null || plan.topology != topology) {
      plan = new RoutePlan(topology, eligibility, Set.of());
      lastPlan = plan;
      balancer.see(role == ListenerRole.ANY ? plan.any() : plan.standbys());
    }
    return choose(plan, role);
  }

  /// The same without the members named: for the second try after a member refused, before the
  /// topology says so. Allocates.
  public Route routeAvoiding(Set<String> avoided, Topology topology, ListenerRole role) {
    return avoided.isEmpty()
        ? route(topology, role)
        : choose(new RoutePlan(topology, eligibility, avoided), role);
  }

  /// What speaks for and against each member now; [#route] chooses among those against whom nothing
  /// does, and holds when there are none. Allocates.
  public List<Verdict> verdicts(Topology topology, ListenerRole role) {
    return new RoutePlan(topology, eligibility, Set.of()).verdicts(role);
  }

  private Route choose(RoutePlan plan, ListenerRole role) {
    return switch (role) {
      case PRIMARY -> plan.leader();
      case REPLICA -> plan.standbys().length == 0 ? plan.noStandby() : pick(plan.standbys());
      case PREFER_REPLICA -> plan.standbys().length == 0 ? orLeader(plan) : pick(plan.standbys());
      case ANY -> plan.any().length == 0 ? plan.noMember() : pick(plan.any());
    };
  }

  private static Route orLeader(RoutePlan plan) {
    return plan.leader() instanceof Route.To leader ? leader : plan.noStandbyAndNoLeader();
  }

  private Route.To pick(Route.To[] eligible) {
    return eligible.length == 1 ? eligible[0] : balancer.pick(eligible);
  }
}
