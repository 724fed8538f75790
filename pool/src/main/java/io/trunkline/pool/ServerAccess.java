package io.trunkline.pool;

import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.auth.Credential;
import io.trunkline.protocol.tls.ServerTls;

/// How the servers of one cluster are reached.
///
/// @param tls TLS towards them
/// @param version the newest protocol asked of them
/// @param credentials what one logs in with
public record ServerAccess(ServerTls tls, ProtocolVersion version, Credentials credentials) {

  /// Knows what to log in to a pool's servers with, as of now.
  public interface Credentials {
    Credential credential(PoolKey pool);

    /// A server has said that this is not the user's password, or no longer.
    void refused(PoolKey pool, Credential credential);
  }

  /// Finds the access for a cluster by its name.
  @FunctionalInterface
  public interface Clusters {
    ServerAccess access(String cluster);
  }
}
