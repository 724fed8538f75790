package io.trunkline.proxy.drivers;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.Surroundings;
import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.proxy.ProxyServer;
import java.nio.file.Path;

/// Trunkline in front of the whole cluster, in this JVM: one listener for each mode.
public final class TrunklineEndpoint implements Endpoint {
  private final ProxyServer server;

  public TrunklineEndpoint(EmbeddedCluster cluster) {
    var file = new ConfigFile(Surroundings.ofProcess());
    server =
        switch (file.readText(Path.of("drivers.yml"), yaml(new DirectEndpoint(cluster)))) {
          case ConfigResult.Ok(var config) -> ProxyServer.start(config);
          case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
        };
  }

  private static String yaml(DirectEndpoint servers) {
    return """
    listeners:
      - { address: %1$s, port: 0, role: primary, pool_mode: session, pool: { size: %2$d } }
      - { address: %1$s, port: 0, role: primary, pool_mode: transaction }
      - { address: %1$s, port: 0, role: replica, pool_mode: transaction }
    clusters:
      main:
        members: ['%1$s:%3$d', '%1$s:%4$d']
        probe: { user: %5$s, password: %6$s }
    users:
      %5$s: { password: %6$s }
    pool: { size: %7$d }
    """
        .formatted(
            HOST,
            2 * POOL_SIZE,
            servers.port(Mode.SESSION),
            servers.port(Mode.REPLICA),
            USER,
            PASSWORD,
            POOL_SIZE);
  }

  @Override
  public int port(Mode mode) {
    int listener =
        switch (mode) {
          case SESSION -> 0;
          case TRANSACTION -> 1;
          case REPLICA -> 2;
        };
    return server.bound().get(listener).address().getPort();
  }

  @Override
  public boolean deals(Mode mode) {
    return mode != Mode.SESSION;
  }

  @Override
  public boolean keepsEverything(Mode mode) {
    return true;
  }

  @Override
  public void close() {
    server.close();
  }
}
