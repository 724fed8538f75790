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
import io.trunkline.routing.Router;
import io.trunkline.routing.RoutingSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The routers of one event loop: one per cluster, set of tags and way to choose, each with a
/// balancer that knows this loop's load. Clients that are promised the same by it have one path.
@EventLoopConfined
final class LoopRoutes implements LoopContext.Routes {

  private record Key(String cluster, Map<String, String> tags, RoutingSettings routing) {}

  private record Promise(Key router, ListenerRole role) {}

  private final Map<String, Cluster> clusters;
  private final PoolRegistry pools;
  private final int loop;
  private final RandomGenerator random;
  private final Map<Key, Router> routers = new HashMap<>();
  private final Map<Promise, LoopContext.Path> paths = new HashMap<>();

  LoopRoutes(Map<String, Cluster> clusters, PoolRegistry pools, int loop, RandomGenerator random) {
    this.clusters = clusters;
    this.pools = pools;
    this.loop = loop;
    this.random = random;
  }

  @Override
  public LoopContext.Path path(ClientProfile profile) {
    var promise =
        new Promise(new Key(profile.cluster(), profile.tags(), profile.routing()), profile.role());
    return paths.computeIfAbsent(promise, this::newPath);
  }

  private LoopContext.Path newPath(Promise promise) {
    Cluster cluster = cluster(promise.router.cluster);
    TopologyHolder topologies = cluster.monitor().topologies();
    Router router = routers.computeIfAbsent(promise.router, this::router);
    return () -> router.route(topologies.current(), promise.role);
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
    Balancer balancer =
        switch (routing.balance()) {
          case ROUND_ROBIN -> Balancer.roundRobin();
          case LEAST_CONNECTIONS -> Balancer.leastConnections(load);
          case LATENCY -> Balancer.latencyAware(load, random);
        };
    Eligibility eligibility =
        new Eligibility(routing.maxLagBytes().bytes(), routing.maxLag(), key.tags);
    return new Router(eligibility, balancer);
  }
}
