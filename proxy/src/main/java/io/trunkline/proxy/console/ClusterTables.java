package io.trunkline.proxy.console;

import io.trunkline.conf.ClusterSettings;
import io.trunkline.conf.DatabaseSettings;
import io.trunkline.conf.ListenerSettings;
import io.trunkline.conf.ProxyConfig;
import io.trunkline.health.Claims;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.pool.ServerPool;
import io.trunkline.routing.Balancer;
import io.trunkline.routing.Eligibility;
import io.trunkline.routing.ListenerRole;
import io.trunkline.routing.Member;
import io.trunkline.routing.Route;
import io.trunkline.routing.Router;
import io.trunkline.routing.RoutingSettings;
import io.trunkline.routing.Topology;
import io.trunkline.routing.Verdict;
import io.trunkline.settings.ScalarText;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `SHOW MEMBERS`, `SHOW TOPOLOGY` and `SHOW ROUTES`: who is who in each cluster, and where clients
/// of each listener go now. All ours.
final class ClusterTables {
  static final Columns MEMBERS =
      Columns.of()
          .text("cluster", "member", "host")
          .int4("port")
          .text("role", "state")
          .int4("leader", "timeline")
          .text("lsn")
          .int8("lag_bytes", "lag_us", "latency_us")
          .int4("read_only", "cl_waiting", "sv_active", "sv_idle", "sv_login")
          .text("tags", "reason", "told", "started");
  static final Columns TOPOLOGY =
      Columns.of()
          .text("cluster")
          .int8("version")
          .text("leader")
          .int4("timeline", "members", "members_alive")
          .text("reason", "alarms")
          .text("source", "key_holder")
          .int4("paused", "failsafe")
          .text("synchronous", "drain")
          .int4("fence")
          .text("fence_seen_on");
  static final Columns ROUTES =
      Columns.of()
          .text("listener")
          .int4("port")
          .text("role", "pool_mode", "cluster", "tags", "state", "members", "reason");

  private final ConsoleParts parts;

  ClusterTables(ConsoleParts parts) {
    this.parts = parts;
  }

  List<ConsoleCommand> commands() {
    return List.of(
        ConsoleCommand.showLater("MEMBERS", MEMBERS, _ -> members()),
        ConsoleCommand.show("TOPOLOGY", TOPOLOGY, this::topology),
        ConsoleCommand.show("ROUTES", ROUTES, this::routes));
  }

  /// A member of a cluster.
  private record Seat(String cluster, String member) {}

  private static final class Load {
    private final PoolTally servers = new PoolTally();
    private int waiting;
  }

  private CompletionStage<Table> members() {
    return parts
        .loops()
        .ask(context -> {
          Map<Seat, Load> loads = new HashMap<>();
          for (ServerPool pool : parts.pools().pools()) {
            var seat = new Seat(pool.key().cluster(), pool.key().member());
            Load load = loads.computeIfAbsent(seat, _ -> new Load());
            load.servers.count(pool.shard(context.index()));
            load.waiting += pool.shard(context.index()).waiting();
          }
          return loads;
        })
        .thenApply(this::members);
  }

  private Table members(List<Map<Seat, Load>> ofLoops) {
    Table table = new Table(MEMBERS);
    parts
        .clusters()
        .forEach((name, monitor) -> {
          Topology topology = monitor.topologies().current();
          for (Member member : topology.members()) {
            Load sum = new Load();
            for (Map<Seat, Load> loads : ofLoops) {
              Load load = loads.getOrDefault(new Seat(name, member.name()), new Load());
              sum.servers.add(load.servers);
              sum.waiting += load.waiting;
            }
            String told = monitor.states().getOrDefault(member.name(), "");
            String started = parts.moments().text(member.started());
            member(table, topology, member, sum, told, started);
          }
        });
    return table;
  }

  private static void member(
      Table table,
      Topology topology,
      Member member,
      Load load,
      String told,
      @Nullable String started) {
    table.row(
        topology.cluster(),
        member.name(),
        member.address().host(),
        member.address().port(),
        member.role().name().toLowerCase(Locale.ROOT),
        member.alive() ? "up" : "down",
        member.equals(topology.leader()) ? 1 : 0,
        member.timeline(),
        member.lsn().toString(),
        member.lagBytes(),
        member.lag().toNanos() / 1_000,
        member.latencyNanos() / 1_000,
        member.readOnly() ? 1 : 0,
        load.waiting,
        load.servers.serversActive,
        load.servers.serversIdle,
        load.servers.serversConnecting,
        tags(member.tags()),
        topology.asideReason(member.name()).isEmpty()
            ? member.reason()
            : topology.asideReason(member.name()),
        told,
        started);
  }

  private Table topology() {
    Table table = new Table(TOPOLOGY);
    parts
        .clusters()
        .forEach((name, monitor) -> {
          Topology topology = monitor.topologies().current();
          Claims claims = monitor.claims();
          table.row(
              name,
              topology.version(),
              topology.leader() == null ? null : topology.leader().name(),
              topology.timeline(),
              topology.members().size(),
              (int) topology.members().stream().filter(Member::alive).count(),
              topology.reason(),
              String.join("; ", monitor.alarms()),
              monitor.source(),
              claims == null ? null : claims.holder(),
              claims != null && claims.paused() ? 1 : 0,
              claims != null && claims.failsafe() ? 1 : 0,
              claims == null ? "" : String.join(",", claims.synchronous()),
              topology.drain(),
              monitor.fence().timeline(),
              monitor.fence().seenOn());
        });
    return table;
  }

  private Table routes() {
    Table table = new Table(ROUTES);
    ProxyConfig config = parts.config().get();
    for (ListenerSettings listener : config.listeners()) {
      String cluster = config.clusterOf(listener, DatabaseSettings.defaults());
      ClusterMonitor monitor = parts.clusters().get(cluster);
      ClusterSettings settings = config.clusters().get(cluster);
      if (monitor != null && settings != null) {
        route(table, listener, settings, monitor.topologies().current());
      }
    }
    return table;
  }

  private static void route(
      Table table, ListenerSettings listener, ClusterSettings cluster, Topology topology) {
    RoutingSettings routing = listener.routing().over(cluster.routing());
    Eligibility eligibility = Eligibility.of(routing, listener.tags());
    Router router = new Router(eligibility, Balancer.roundRobin());
    Route route = router.route(topology, listener.role());
    List<String> members = eligible(router.verdicts(topology, listener.role()));
    table.row(
        listener.address(),
        listener.port(),
        ScalarText.format(listener.role()),
        ScalarText.format(listener.poolMode()),
        topology.cluster(),
        tags(listener.tags()),
        switch (route) {
          case Route.To _ -> "open";
          case Route.Hold _ -> "hold";
        },
        String.join(", ", members),
        switch (route) {
          case Route.To _ -> fallback(listener.role(), topology, members);
          case Route.Hold(String reason) -> reason;
        });
  }

  /// Everybody who gets clients.
  static List<String> eligible(List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(Verdict::isEligible)
        .map(verdict -> verdict.member().name())
        .toList();
  }

  /// Why a primary serves clients that would rather have a standby; empty when it does not.
  static String fallback(ListenerRole role, Topology topology, List<String> members) {
    Member leader = topology.leader();
    boolean fallen =
        role == ListenerRole.PREFER_REPLICA && leader != null && members.contains(leader.name());
    return fallen ? "no standby is eligible, so the primary serves" : "";
  }

  static String tags(Map<String, String> tags) {
    return new TreeMap<>(tags)
        .entrySet().stream()
            .map(tag -> tag.getKey() + "=" + tag.getValue())
            .collect(Collectors.joining(","));
  }
}
