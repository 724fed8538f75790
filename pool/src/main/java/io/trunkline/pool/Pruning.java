package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import org.jspecify.annotations.Nullable;

/// Why connections of one shard that nobody has are closed. Looks at the settings of the pool as
/// they are now, so that others hold for connections that are here already. The words are
/// PgBouncer's, where it would say the same.
@EventLoopConfined
final class Pruning {
  private final ServerPool pool;

  Pruning(ServerPool pool) {
    this.pool = pool;
  }

  /// Why a connection must not be used again, and is to be closed by the caller; null when it may
  /// be.
  @Nullable String reason(ServerConnection server, long nowNanos) {
    if (server.retirement() instanceof String retirement) {
      return retirement;
    }
    Standing standing = pool.standing();
    if (standing.drains()) {
      return standing.reason();
    }
    if (pool.mustShrink()) {
      return "too many servers in the pool";
    }
    return hasOutlived(server.identity(), nowNanos) ? "server lifetime over" : null;
  }

  private boolean hasOutlived(ServerIdentity server, long nowNanos) {
    long lifetime = pool.settings().serverLifetime().toNanos();
    return lifetime > 0 && nowNanos - server.bornNanos() >= lifetime / 1000 * server.lifeShare();
  }

  /// The same, for one that has been idle.
  @Nullable String reasonWhileIdle(ServerConnection server, long nowNanos) {
    long idleMax = pool.settings().serverIdleTimeout().toNanos();
    boolean stale = idleMax > 0 && nowNanos - server.idleSinceNanos() >= idleMax;
    boolean spare = pool.open() > pool.minSize();
    return stale && spare ? "server idle timeout" : reason(server, nowNanos);
  }
}
