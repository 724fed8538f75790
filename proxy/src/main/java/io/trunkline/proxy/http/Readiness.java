package io.trunkline.proxy.http;

import io.trunkline.health.TopologyHolder;
import io.trunkline.routing.Balancer;
import io.trunkline.routing.Eligibility;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Member;
import io.trunkline.routing.Route;
import io.trunkline.routing.Router;
import io.trunkline.routing.Topology;
import io.trunkline.settings.ScalarText;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether clients are well served here: `GET /live` and `GET /ready`.
///
/// Without a parameter ready means that a client is better off here than at an instance that is
/// not: the listeners are bound, nobody has asked this process to stop, and of each cluster at
/// least one member answers. **A cluster without a leader is no reason not to be ready**: every
/// instance sees that at the same time, clients are held here until there is one, and an address
/// that moves between two such instances would only cut them.
///
/// `?role=primary` (or another role of a listener) asks more: whether a client of such a listener
/// would be sent to a member at this moment. That is for those who do not want to be held.
public final class Readiness {
  private final Supplier<String> obstacle;
  private final Map<String, TopologyHolder> topologies;
  private final Map<String, Supplier<Eligibility>> eligibility;

  /// @param obstacle why this process as such does not serve, or nothing
  /// @param topologies by cluster
  /// @param eligibility what members must fulfil, by cluster
  public Readiness(
      Supplier<String> obstacle,
      Map<String, TopologyHolder> topologies,
      Map<String, Supplier<Eligibility>> eligibility) {
    this.obstacle = obstacle;
    this.topologies = Map.copyOf(topologies);
    this.eligibility = Map.copyOf(eligibility);
  }

  /// Its part of the table.
  public List<Page> pages() {
    return List.of(
        new Page("/live", Set.of(), _ -> Reply.text(Reply.OK, "live")),
        new Page("/ready", Set.of("role", "cluster"), this::ready));
  }

  private Reply ready(Map<String, String> parameters) {
    String role = parameters.get("role");
    String cluster = parameters.get("cluster");
    if (cluster != null && !topologies.containsKey(cluster)) {
      return Reply.text(Reply.BAD_REQUEST, "no such cluster");
    }
    ListenerRole wanted = role == null ? null : role(role);
    if (role != null && wanted == null) {
      return Reply.text(
          Reply.BAD_REQUEST, "no such role; there is " + ScalarText.allowed(ListenerRole.class));
    }
    String why = obstacle.get();
    for (String name : cluster == null ? topologies.keySet() : Set.of(cluster)) {
      if (why.isEmpty()) {
        why = wanted == null ? unknown(name) : noRoute(name, wanted);
      }
    }
    return why.isEmpty() ? Reply.text(Reply.OK, "ready") : Reply.text(Reply.UNAVAILABLE, why);
  }

  private static @Nullable ListenerRole role(String word) {
    return (ListenerRole) ScalarText.parse(ListenerRole.class, word);
  }

  private String unknown(String cluster) {
    Topology topology = topology(cluster);
    return topology.members().stream().anyMatch(Member::alive)
        ? ""
        : "no member of cluster %s answers".formatted(cluster);
  }

  private String noRoute(String cluster, ListenerRole role) {
    Balancer any = Balancer.roundRobin();
    Supplier<Eligibility> rules = eligibility.get(cluster);
    if (rules == null) {
      throw new IllegalStateException("no rules for cluster " + cluster);
    }
    return switch (new Router(rules.get(), any).route(topology(cluster), role)) {
      case Route.To _ -> "";
      case Route.Hold(String reason) -> "cluster %s: %s".formatted(cluster, reason);
    };
  }

  private Topology topology(String cluster) {
    TopologyHolder holder = topologies.get(cluster);
    if (holder == null) {
      throw new IllegalStateException("no cluster " + cluster);
    }
    return holder.current();
  }
}
