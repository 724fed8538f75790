package io.trunkline.proxy.drivers;

import io.trunkline.embedded.EmbeddedCluster;
import java.io.IOException;

/// What the trials connect to: PostgreSQL itself, or something that stands in front of it.
public interface Endpoint extends AutoCloseable {
  String HOST = "127.0.0.1";
  String USER = "app";
  String PASSWORD = "app";
  String DATABASE = "app";

  /// Server connections a pool may have in transaction mode; far fewer than there are clients.
  int POOL_SIZE = 16;

  /// Starts one in front of a cluster that has the user and the database above.
  interface Starter {
    Endpoint start(EmbeddedCluster cluster) throws IOException, InterruptedException;
  }

  /// Where clients of this mode connect.
  int port(Mode mode);

  /// Whether a client runs on more than one server connection in this mode.
  boolean deals(Mode mode);

  /// Whether every check is to pass in this mode; where not, a check that fails is only noted.
  boolean keepsEverything(Mode mode);

  @Override
  void close() throws IOException;

  default Target target(Mode mode) {
    return new Target(HOST, port(mode), USER, PASSWORD, DATABASE, mode);
  }
}
