package io.trunkline.proxy;

import io.trunkline.embedded.ClusterOptions;
import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.proxy.session.Traffic;
import io.trunkline.routing.Member;
import io.trunkline.routing.Topology;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Predicate;

/// A primary, its standbys and a proxy before them, with a listener for each way to be a client.
public final class MovingScene implements AutoCloseable {
  public static final Duration SOON = Duration.ofSeconds(30);

  /// Places in the configuration below.
  public static final int WRITES = 0;

  public static final int SESSIONS = 1;
  public static final int READS = 2;

  /// Reads that may go to the primary, over two connections.
  public static final int FALLS_BACK = 3;

  /// Writes over one connection, one after the other.
  public static final int NARROW = 4;

  public final EmbeddedCluster servers;
  public final ProxyServer proxy;

  public MovingScene(int members) throws IOException, SQLException {
    this(ClusterOptions.members(members));
  }

  public MovingScene(ClusterOptions options) throws IOException, SQLException {
    this(options, "50ms");
  }

  /// @param interval between two looks at a member that seems well
  public MovingScene(ClusterOptions options, String interval) throws IOException, SQLException {
    servers = EmbeddedCluster.create(options);
    StringBuilder list = new StringBuilder();
    for (String name : servers.names()) {
      list.append(
          "      - { name: %s, address: '127.0.0.1:%d' }%n"
              .formatted(name, servers.member(name).port()));
    }
    proxy =
        Configured.start(
            """
            listeners:
              - { address: 127.0.0.1, port: 0, role: primary }
              - { address: 127.0.0.1, port: 0, role: primary, pool_mode: session }
              - { address: 127.0.0.1, port: 0, role: replica, routing: { balance: round-robin } }
              - { address: 127.0.0.1, port: 0, role: prefer-replica, routing: { fallback_size: 2 } }
              - { address: 127.0.0.1, port: 0, role: primary, pool: { size: 1 } }
            clusters:
              main:
                members:
            %s
                probe: { user: postgres, password: postgres, interval: %s }
                hold: 30s
            users: { postgres: { password: postgres } }
            admin: { users: { admin: { password: admin, role: admin } } }
            auth: { method: trust }
            pool: { size: 5, login_retry: 50ms }
            runtime: { event_loops: 2 }
            """
                .formatted(list.toString().stripTrailing(), interval));
    servers.primary().execute("CREATE TABLE t (id int PRIMARY KEY)");
    servers.awaitCaughtUp();
    await("all live", topology -> topology.members().stream().allMatch(Member::alive));
  }

  public EmbeddedServer primary() {
    return servers.primary();
  }

  public String standby() {
    return servers.standbyNames().getFirst();
  }

  public Topology topology() {
    return proxy.wiring().topologies("main").current();
  }

  public void await(String what, Predicate<Topology> condition) {
    Await.until(SOON, what, () -> condition.test(topology()));
  }

  public void awaitLeader(String name) {
    await(
        name + " leads",
        topology -> topology.leader() != null && topology.leader().name().equals(name));
  }

  /// Returns when every loop has done what it had been told before: what a client sends from now on
  /// meets it.
  public void settle() {
    for (LoopContext context : proxy.wiring().contexts()) {
      context.loop().submit(() -> {}).syncUninterruptibly();
    }
  }

  /// Sends it in pieces, each when the proxy has read the one before.
  public void sendApart(RawClient client, byte[]... pieces) throws IOException {
    for (byte[] piece : pieces) {
      long before = received();
      client.send(piece);
      Await.until(SOON, "it is read", () -> received() == before + piece.length);
    }
  }

  private long received() {
    long bytes = 0;
    for (LoopContext context : proxy.wiring().contexts()) {
      var traffic = context.loop().submit(context::traffic).syncUninterruptibly().getNow();
      bytes += traffic.values().stream().mapToLong(Traffic.Counts::clientBytes).sum();
    }
    return bytes;
  }

  public RawClient login(int listener) throws IOException {
    int port = Configured.port(proxy, listener);
    return RawClient.login(new Endpoint("127.0.0.1", port, "postgres", "postgres", "postgres"))
        .patience(SOON);
  }

  /// The proxy's console.
  public Endpoint console() {
    return new Endpoint("127.0.0.1", Configured.port(proxy, WRITES), "admin", "admin", "trunkline");
  }

  /// How many sessions of clients a server has; those of probes, of tests and of replication have
  /// other names.
  public static long sessions(EmbeddedServer server) {
    try {
      return Long.parseLong(
          server.query(
              "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                  + " AND pid <> pg_backend_pid() AND application_name = ''"));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    servers.close();
  }
}
