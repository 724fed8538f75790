package io.trunkline.proxy;

import io.trunkline.conf.ClusterSettings;
import io.trunkline.conf.WireVersion;
import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.FenceMemory;
import io.trunkline.health.MonitorPace;
import io.trunkline.health.PortProbe;
import io.trunkline.health.Probe;
import io.trunkline.health.ProbeMethod;
import io.trunkline.health.ProbeSettings;
import io.trunkline.health.ProbeTarget;
import io.trunkline.health.SqlProbe;
import io.trunkline.health.StaticMembers;
import io.trunkline.health.Switchover;
import io.trunkline.health.TopologySource;
import io.trunkline.health.patroni.PatroniSource;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.tls.ServerTls;
import java.time.InstantSource;
import java.util.List;

/// One cluster at run time: who watches it and how its servers are reached.
///
/// @param name as the settings call it
/// @param settings what the file says of it
/// @param monitor follows its members
/// @param switchover who can be asked for another leader
/// @param tls TLS towards its servers
record Cluster(
    String name,
    ClusterSettings settings,
    ClusterMonitor monitor,
    Switchover switchover,
    ServerTls tls)
    implements AutoCloseable {

  /// @param memory where its fence is kept
  static Cluster of(String name, ClusterSettings settings, FenceMemory memory) {
    var clocks = new ClusterMonitor.Clocks(InstantSource.system(), System::nanoTime);
    TopologySource source = source(name, settings, clocks);
    ClusterMonitor monitor =
        new ClusterMonitor(
            name,
            source,
            member -> newProbe(member, settings),
            MonitorPace.of(settings.probe()),
            clocks,
            memory);
    ServerTls tls = ServerTls.of(settings.tls());
    return new Cluster(name, settings, monitor, switchover(name, source), tls);
  }

  private static Switchover switchover(String name, TopologySource source) {
    return source instanceof PatroniSource patroni
        ? patroni.switchover()
        : Switchover.impossible(
            "the members of cluster %s are listed in the file, and nobody decides who leads"
                .formatted(name));
  }

  private static TopologySource source(
      String name, ClusterSettings settings, ClusterMonitor.Clocks clocks) {
    List<DeclaredMember> members =
        settings.members().stream()
            .map(member -> new DeclaredMember(member.label(), member.address(), member.tags()))
            .toList();
    return settings.patroni() == null
        ? new StaticMembers(members)
        : new PatroniSource(name, settings.patroni(), members, clocks);
  }

  private static Probe newProbe(DeclaredMember member, ClusterSettings settings) {
    ProbeSettings probe = settings.probe();
    return probe.method() == ProbeMethod.SQL
        ? new SqlProbe(
            ProbeTarget.of(member, probe, settings.tls()), probe.timeout(), System::nanoTime)
        : new PortProbe(member, probe.method(), probe.timeout(), System::nanoTime);
  }

  ProtocolVersion version() {
    return settings.protocol() == WireVersion.V3_0 ? ProtocolVersion.V3_0 : ProtocolVersion.V3_2;
  }

  @Override
  public void close() {
    monitor.close();
  }
}
