package io.trunkline.proxy;

import io.trunkline.health.TopologyHolder;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.proxy.session.ClientProfile;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.routing.Balancer;
import io.trunkline.routing.Eligibility;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.MemberLoad;
import io.trunkline.routing.Route;
import io.trunkline.routing.Router;
import io.trunkline.routing.RoutingSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The routers of one event loop: one per cluster, role, set of tags and way to choose, each with a
/// balancer that knows this loop's load.
@EventLoopConfined
final class LoopRoutes implements LoopContext.Routes {

  private record Key(
      String cluster, ListenerRole role, Map<String, String> tags, RoutingSettings routing) {}

  /// Two of a kind, so that a glance takes no turn of the other's.
  private record Routers(Router work, Router glance) {}

  private record Way(Routers routers, TopologyHolder topologies, ListenerRole role)
      implements LoopContext.Path {
    @Override
    public Route route() {
      return routers.work.route(topologies.current(), role);
    }

    @Override
    public Route glance() {
      return routers.glance.route(topologies.current(), role);
    }
  }

  private final Map<String, Cluster> clusters;
  private final PoolRegistry pools;
  private final int loop;
  private final RandomGenerator random;
  private final Map<Key, Routers> routers = new HashMap<>();

  LoopRoutes(Map<String, Cluster> clusters, PoolRegistry pools, int loop, RandomGenerator random) {
    this.clusters = clusters;
    this.pools = pools;
    this.loop = loop;
    this.random = random;
  }

  @Override
  public LoopContext.Path path(ClientProfile profile) {
    Cluster cluster = cluster(profile.cluster());
    TopologyHolder topologies = cluster.monitor().topologies();
    ListenerRole role = profile.role();
    Routers both =
        routers.computeIfAbsent(
            new Key(cluster.name(), role, profile.tags(), profile.routing()),
            key -> new Routers(router(key), router(key)));
    return new Way(both, topologies, role);
  }

  private Cluster cluster(String name) {
    Cluster cluster = clusters.get(name);
    if (cluster == null) {
      throw new IllegalStateException("no cluster " + name);
    }
    return cluster;
  }

  private Router router(Key key) {
    RoutingSettings routing = key.routing;
    MemberLoad load = member -> pools.load(key.cluster, member.name(), loop);
    Balancer balancer = Balancer.of(routing.balance(), load, random);
    Eligibility eligibility =
        new Eligibility(routing.maxLagBytes().bytes(), routing.maxLag(), key.tags);
    return new Router(eligibility, balancer);
  }
}
