package io.trunkline.proxy;

import io.trunkline.health.TopologyHolder;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.NanoTime;
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
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The paths of one event loop: one per cluster, role, set of tags and way to choose, each with a
/// balancer that knows this loop's load. Clients that are promised the same by it have one path.
@EventLoopConfined
final class LoopRoutes implements LoopContext.Routes {

  private record Promise(
      String cluster, ListenerRole role, Map<String, String> tags, RoutingSettings routing) {}

  /// Has two routers of a kind, so that a glance takes no turn of the other's.
  private record Way(Router work, Router glances, TopologyHolder topologies, ListenerRole role)
      implements LoopContext.Path {
    @Override
    public Route route() {
      return work.route(topologies.current(), role);
    }

    @Override
    public Route routeAvoiding(String member) {
      Route other = work.routeAvoiding(Set.of(member), topologies.current(), role);
      return other instanceof Route.To ? other : route();
    }

    @Override
    public Route glance() {
      return glances.route(topologies.current(), role);
    }
  }

  private final Function<String, Cluster> clusters;
  private final PoolRegistry pools;
  private final int loop;
  private final RandomGenerator random;
  private final Map<Promise, LoopContext.Path> paths = new HashMap<>();

  LoopRoutes(
      Function<String, Cluster> clusters, PoolRegistry pools, int loop, RandomGenerator random) {
    this.clusters = clusters;
    this.pools = pools;
    this.loop = loop;
    this.random = random;
  }

  @Override
  public LoopContext.Path path(ClientProfile profile) {
    var promise = new Promise(profile.cluster(), profile.role(), profile.tags(), profile.routing());
    return paths.computeIfAbsent(promise, this::newPath);
  }

  private LoopContext.Path newPath(Promise promise) {
    TopologyHolder topologies = clusters.apply(promise.cluster).monitor().topologies();
    return new Way(router(promise), router(promise), topologies, promise.role);
  }

  private Router router(Promise promise) {
    RoutingSettings routing = promise.routing;
    MemberLoad load = member -> pools.load(promise.cluster, member.name(), loop);
    Balancer balancer =
        Balancer.of(routing.balance(), load, random)
            .withSlowStart(
                routing.slowStart(),
                NanoTime.SYSTEM::now,
                random,
                member -> pools.refuses(promise.cluster, member.name()));
    Eligibility eligibility =
        new Eligibility(routing.maxLagBytes().bytes(), routing.maxLag(), promise.tags);
    return new Router(eligibility, balancer);
  }
}
