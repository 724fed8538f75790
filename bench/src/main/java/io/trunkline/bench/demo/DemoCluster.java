package io.trunkline.bench.demo;

import io.trunkline.embedded.ClusterOptions;
import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.settings.HostPort;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// The PostgreSQL servers of the demo: a primary and two standbys that ask for passwords, with the
/// role `app` and its database.
final class DemoCluster {
  private static final int MEMBERS = 3;

  private DemoCluster() {}

  /// @param progress told what is about to be done; what it throws ends it all
  static EmbeddedCluster create(Consumer<String> progress) throws IOException, SQLException {
    ServerOptions server =
        ServerOptions.newest()
            .hba("host all all 127.0.0.1/32 scram-sha-256")
            .hba("host replication all 127.0.0.1/32 scram-sha-256");
    EmbeddedCluster cluster =
        EmbeddedCluster.create(ClusterOptions.members(MEMBERS).server(server), progress);
    try {
      EmbeddedServer primary = cluster.primary();
      progress.accept("database app, role app");
      primary.execute("CREATE ROLE app LOGIN PASSWORD 'app'");
      primary.execute("CREATE DATABASE app OWNER app");
      primary.executeIn("app", "SET ROLE app;" + DemoClients.schema());
      cluster.awaitCaughtUp();
    } catch (IOException | SQLException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  static Map<String, HostPort> addresses(EmbeddedCluster cluster) {
    Map<String, HostPort> addresses = new LinkedHashMap<>();
    cluster.names().forEach(name -> addresses.put(name, cluster.member(name).address()));
    return addresses;
  }
}
