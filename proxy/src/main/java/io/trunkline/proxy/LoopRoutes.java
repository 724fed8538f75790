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
import io.trunkline.routing.Role;
import io.trunkline.routing.Route;
import io.trunkline.routing.Router;
import io.trunkline.routing.RoutingSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

  /// A path to standbys that leads to the primary while there is none.
  @EventLoopConfined
  private static final class Fallback {
    private final String cluster;
    private final LoopContext.Path path;

    /// The primary it led to when last looked at; null for a standby or nobody.
    private @Nullable String fallen;

    Fallback(String cluster, LoopContext.Path path) {
      this.cluster = cluster;
      this.path = path;
    }

    private static @Nullable String primary(Route route) {
      return route instanceof Route.To(var member) && member.role() == Role.PRIMARY
          ? member.name()
          : null;
    }

    /// The primary it leads to no more, as a standby is there again; null if that did not happen.
    @Nullable String left() {
      String before = fallen;
      Route now = path.glance();
      fallen = primary(now);
      return before != null && fallen == null && now instanceof Route.To ? before : null;
    }
  }

  private final Function<String, Cluster> clusters;
  private final PoolRegistry pools;
  private final int loop;
  private final RandomGenerator random;
  private final Map<Promise, LoopContext.Path> paths = new HashMap<>();
  private final List<Fallback> fallbacks = new ArrayList<>();

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

  /// Clients that wait for a server of the primary need not any more when a standby has come back.
  /// Those who have one stay there until their transaction ends.
  @Override
  public void onTopology() {
    for (Fallback fallback : fallbacks) {
      if (fallback.left() instanceof String primary) {
        pools
            .poolsOf(fallback.cluster, primary)
            .forEach(pool -> pool.shard(loop).rerouteWanderers());
      }
    }
  }

  private LoopContext.Path newPath(Promise promise) {
    TopologyHolder topologies = clusters.apply(promise.cluster).monitor().topologies();
    Way way = new Way(router(promise), router(promise), topologies, promise.role);
    if (promise.role == ListenerRole.PREFER_REPLICA) {
      Fallback fallback = new Fallback(promise.cluster, way);
      fallback.left();
      fallbacks.add(fallback);
    }
    return way;
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
    return new Router(Eligibility.of(routing, promise.tags), balancer);
  }
}
