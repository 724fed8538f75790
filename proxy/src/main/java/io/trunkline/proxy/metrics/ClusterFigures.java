package io.trunkline.proxy.metrics;

import io.trunkline.health.ClusterMonitor;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import io.trunkline.routing.Topology;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What is known of the clusters. Counts the changes of their leaders from the beginning on.
/// Thread-safe.
final class ClusterFigures {
  private final Map<String, ClusterMonitor> monitors;
  private final Map<String, String> leaders = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> failovers = new ConcurrentHashMap<>();

  /// @param monitors those of now; others may come
  ClusterFigures(Map<String, ClusterMonitor> monitors) {
    this.monitors = monitors;
  }

  /// Counts the changes of this one's leader from now on.
  void follow(String cluster, ClusterMonitor monitor) {
    failovers.putIfAbsent(cluster, new LongAdder());
    onTopology(monitor.topologies().current());
    monitor.topologies().subscribe(Runnable::run, this::onTopology);
  }

  private void onTopology(Topology topology) {
    if (topology.leader() instanceof Member leader) {
      String before = leaders.put(topology.cluster(), leader.name());
      LongAdder count = failovers.get(topology.cluster());
      if (before != null && count != null && !before.equals(leader.name())) {
        count.increment();
      }
    }
  }

  void addTo(Families families) {
    addClusters(families);
    addMembers(families);
  }

  private void addClusters(Families families) {
    var hasLeader = new Families.Values();
    var timeline = new Families.Values();
    var version = new Families.Values();
    var changes = new Families.Values();
    var alarms = new Families.Values();
    monitors.forEach((cluster, monitor) -> {
      Topology topology = monitor.topologies().current();
      hasLeader.add(topology.leader() == null ? 0 : 1, MetricNames.CLUSTER, cluster);
      timeline.add(topology.timeline(), MetricNames.CLUSTER, cluster);
      version.add((double) topology.version(), MetricNames.CLUSTER, cluster);
      alarms.add(monitor.alarms().size(), MetricNames.CLUSTER, cluster);
    });
    failovers.forEach(
        (cluster, count) -> changes.add((double) count.sum(), MetricNames.CLUSTER, cluster));
    families.gauge(MetricNames.HAS_LEADER, "Whether a member leads.", hasLeader);
    families.gauge(MetricNames.TIMELINE, "The timeline writes go to.", timeline);
    families.gauge(MetricNames.TOPOLOGY_VERSION, "Publications of the topology.", version);
    families.counter(MetricNames.FAILOVERS, "Changes of the leader.", changes);
    families.gauge(MetricNames.ALARMS, "Alarms that last.", alarms);
  }

  private void addMembers(Families families) {
    var alive = new Families.Values();
    var role = new Families.Values();
    var lagBytes = new Families.Values();
    var lag = new Families.Values();
    var latency = new Families.Values();
    monitors.forEach((cluster, monitor) -> {
      for (Member member : monitor.topologies().current().members()) {
        String[] who = {MetricNames.CLUSTER, cluster, MetricNames.MEMBER, member.name()};
        alive.add(member.alive() ? 1 : 0, who);
        for (Role one : Role.values()) {
          String word = one.name().toLowerCase(Locale.ROOT);
          role.add(
              member.role() == one ? 1 : 0, who[0], who[1], who[2], who[3], MetricNames.ROLE, word);
        }
        lagBytes.add((double) member.lagBytes(), who);
        lag.add(member.lag().toNanos() / 1e9, who);
        latency.add(member.latencyNanos() / 1e9, who);
      }
    });
    families.gauge(MetricNames.MEMBER_ALIVE, "Whether it answered the last look.", alive);
    families.gauge(MetricNames.MEMBER_ROLE, "1 for what it says it is.", role);
    families.gauge(MetricNames.MEMBER_LAG_BYTES, "How far its replay is behind.", lagBytes);
    families.gauge(MetricNames.MEMBER_LAG, "How old its data is while it is behind.", lag);
    families.gauge(MetricNames.MEMBER_LATENCY, "Round trip of a look, smoothed.", latency);
  }
}
