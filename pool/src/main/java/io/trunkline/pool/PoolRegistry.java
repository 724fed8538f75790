package io.trunkline.pool;

import io.trunkline.routing.Member;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Every pool of the process, made when the first client asks for it, and the limits they share.
/// Thread-safe; a client looks a pool up once and keeps it.
public final class PoolRegistry {
  private final PoolParts parts;
  private final ConcurrentHashMap<PoolKey, ServerPool> pools = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Limit> limits = new ConcurrentHashMap<>();

  /// Which pools grant nothing now.
  private volatile Predicate<PoolKey> paused = _ -> false;

  public PoolRegistry(PoolParts parts) {
    this.parts = parts;
  }

  /// The pool for this key, made with these settings if it is new.
  public ServerPool pool(PoolKey key, Member member, PoolSettings settings) {
    ServerPool known = pools.get(key);
    if (known != null) {
      return known;
    }
    ServerPool pool = pools.computeIfAbsent(key, made -> make(made, member, settings));
    // Looked at when the pool can be found: either this sees the pause, or the pause sees the pool.
    if (paused.test(key) && !pool.paused()) {
      pool.pause();
    }
    return pool;
  }

  /// From now on these pools, and no others, are paused: those that are here and those to come.
  /// Called by one thread at a time.
  public void pauseOnly(Predicate<PoolKey> these) {
    paused = these;
    for (ServerPool pool : pools.values()) {
      boolean wanted = these.test(pool.key());
      if (wanted && !pool.paused()) {
        pool.pause();
      } else if (!wanted && pool.paused()) {
        pool.resume();
      }
    }
  }

  private ServerPool make(PoolKey key, Member member, PoolSettings settings) {
    String database = "database %s/%s".formatted(key.cluster(), key.database());
    String user = "user %s/%s".formatted(key.cluster(), key.user());
    String at = "member %s/%s".formatted(key.cluster(), key.member());
    List<Limit> bounds =
        List.of(
            limit(database, settings.maxDbConnections()),
            limit(user, settings.maxUserConnections()),
            limit(at, parts.memberConnectionsMax().applyAsInt(key.cluster())));
    return new ServerPool(key, settings, parts, member, bounds);
  }

  private Limit limit(String what, int max) {
    return limits.computeIfAbsent(what, name -> new Limit(name, max));
  }

  public @Nullable ServerPool find(PoolKey key) {
    return pools.get(key);
  }

  public Collection<ServerPool> pools() {
    return pools.values();
  }

  /// The pools to one member.
  public List<ServerPool> poolsOf(String cluster, String member) {
    return pools.values().stream()
        .filter(pool -> pool.key().cluster().equals(cluster))
        .filter(pool -> pool.key().member().equals(member))
        .toList();
  }

  /// How busy a member is with one loop's clients: server connections in use and clients waiting.
  /// Called on that loop.
  public int load(String cluster, String member, int loop) {
    int load = 0;
    for (ServerPool pool : pools.values()) {
      if (pool.key().member().equals(member) && pool.key().cluster().equals(cluster)) {
        load += pool.shard(loop).load();
      }
    }
    return load;
  }

  /// Runs the periodic work of one loop's shards; called on that loop.
  public void keepHouse(int loop, long nowNanos) {
    for (ServerPool pool : pools.values()) {
      pool.shard(loop).keepHouse(nowNanos);
    }
  }
}
