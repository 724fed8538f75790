package io.trunkline.proxy;

import io.trunkline.embedded.PatroniCluster;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import io.trunkline.routing.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A proxy before a real Patroni cluster, which it follows by way of etcd.
public final class PatroniScene implements AutoCloseable {
  public static final Duration SOON = Duration.ofSeconds(60);

  public final ProxyServer proxy;

  /// @param hold how long clients may be held, as it is written
  public PatroniScene(PatroniCluster cluster, String hold) {
    proxy =
        Configured.start(
            """
            listeners:
              - { address: 127.0.0.1, port: 0, role: primary }
            clusters:
              main:
                patroni: { scope: demo, etcd: { endpoints: ['%s'] } }
                probe: { user: postgres, password: p, interval: 100ms }
                hold: %s
            users: { postgres: { password: p } }
            databases: { postgres: {} }
            admin: { users: { admin: { password: admin, role: admin } } }
            auth: { method: trust }
            pool: { size: 5, login_retry: 50ms }
            runtime: { event_loops: 2 }
            """
                .formatted(cluster.etcd().endpoint(), hold));
  }

  public static void requireTools() {
    Tool.require(PatroniCluster.PROGRAMS, ".ci/install-cluster-tools");
  }

  public Topology topology() {
    return proxy.wiring().topologies("main").current();
  }

  /// Waits until this member leads and so many are there that all live.
  public void await(String leader, int members) {
    Await.until(
        SOON,
        leader + " leads " + members,
        () -> {
          Topology now = topology();
          return now.leader() != null
              && now.leader().name().equals(leader)
              && now.members().size() == members
              && now.members().stream()
                  .allMatch(member -> member.alive() && member.reason().isEmpty());
        });
  }

  public int port() {
    return Configured.port(proxy, 0);
  }

  public RawClient login() throws IOException {
    return RawClient.login(new Endpoint("127.0.0.1", port(), "postgres", "p", "postgres"))
        .patience(SOON);
  }

  public RawClient console() throws IOException {
    return RawClient.login(new Endpoint("127.0.0.1", port(), "admin", "admin", "trunkline"))
        .patience(SOON);
  }

  public String consoleUrl() {
    return "postgresql://admin:admin@127.0.0.1:%d/trunkline".formatted(port());
  }

  /// The only member that does not lead.
  public String standby() {
    List<String> names =
        topology().members().stream()
            .filter(member -> !member.equals(topology().leader()))
            .map(member -> member.name())
            .toList();
    return names.getFirst();
  }

  @Override
  public void close() {
    proxy.close();
  }
}
