package io.trunkline.pool;

import io.trunkline.routing.Member;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Every pool of the process, made when the first client asks for it, and the limits they share. A
/// pool is found by whom it serves and by its settings: clients with other settings are served by
/// another pool.
///
/// **Coming and going.** A session enters a pool once, keeps it, and leaves it when it ends. A pool
/// without sessions and connections ends after a while, or users could fill the memory with names
/// of databases that do not exist. Both happen under the map's lock for this one entry, so that
/// nobody enters a pool that has ended, and there are never two for the same. Thread-safe.
public final class PoolRegistry {
  private final PoolParts parts;
  private final ConcurrentHashMap<Slot, ServerPool> pools = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, InUse> limits = new ConcurrentHashMap<>();

  /// The place of one pool.
  private record Slot(PoolKey key, PoolSettings settings) {}

  /// A limit and how many pools are under it.
  private record InUse(Limit limit, int pools) {
    InUse byOneMore() {
      return new InUse(limit, pools + 1);
    }

    @Nullable InUse byOneLess() {
      return pools == 1 ? null : new InUse(limit, pools - 1);
    }
  }

  /// Which pools grant nothing now.
  private volatile Predicate<PoolKey> paused = _ -> false;

  public PoolRegistry(PoolParts parts) {
    this.parts = parts;
  }

  /// What became of one loop's attempts to open connections; to be asked on that loop.
  public Openings openings(int loop) {
    return parts.openings().get(loop);
  }

  /// The pool for this key with these settings, made if there is none. It stays until the caller,
  /// among others, has left it ([ServerPool#leave]).
  @SuppressWarnings("ReferenceEquality") // any other predicate is to be asked again
  public ServerPool enter(PoolKey key, Member member, PoolSettings settings) {
    Slot slot = new Slot(key, settings.ofServers());
    ServerPool known = pools.computeIfPresent(slot, (_, pool) -> pool.entered());
    if (known != null) {
      return known;
    }
    ServerPool pool =
        Objects.requireNonNull(
            pools.compute(
                slot, (wanted, other) -> (other == null ? make(wanted, member) : other).entered()));
    // Asked when the pool can be found: either this sees the pause, or the pause sees the pool.
    Predicate<PoolKey> asked;
    do {
      asked = paused;
      pauseOrResume(pool, asked);
    } while (asked != paused); // they may have changed meanwhile, and have passed this pool by
    return pool;
  }

  /// From now on these pools, and no others, are paused: those that are here and those to come.
  /// Called by one thread at a time.
  public void pauseOnly(Predicate<PoolKey> these) {
    paused = these;
    for (ServerPool pool : pools.values()) {
      pauseOrResume(pool, these);
    }
  }

  private static void pauseOrResume(ServerPool pool, Predicate<PoolKey> paused) {
    boolean wanted = paused.test(pool.key());
    if (wanted && !pool.paused()) {
      pool.pause();
    } else if (!wanted && pool.paused()) {
      pool.resume();
    }
  }

  private ServerPool make(Slot slot, Member member) {
    PoolKey key = slot.key();
    PoolSettings settings = slot.settings();
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

  /// The limit of this name for one more pool, whose bound on it this is.
  private Limit limit(String what, int max) {
    InUse limit =
        limits.compute(
            what,
            (name, known) -> known == null ? new InUse(new Limit(name, 0), 1) : known.byOneMore());
    return Objects.requireNonNull(limit).limit().boundedBy(max);
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

  /// Whether a member has just refused a connection, so that none is tried for a while.
  public boolean refuses(String cluster, String member) {
    for (ServerPool pool : pools.values()) {
      if (pool.backingOff()
          && pool.key().member().equals(member)
          && pool.key().cluster().equals(cluster)) {
        return true;
      }
    }
    return false;
  }

  /// Runs the periodic work of one loop's shards; called on that loop. The first loop looks after
  /// the pools as such.
  public void keepHouse(int loop, long nowNanos) {
    for (ServerPool pool : pools.values()) {
      pool.shard(loop).keepHouse(nowNanos);
    }
    if (loop == 0) {
      pools.forEach((slot, pool) -> {
        if (pool.isQuiet(nowNanos)) {
          end(slot, nowNanos);
        }
      });
    }
  }

  private void end(Slot slot, long nowNanos) {
    pools.computeIfPresent(
        slot,
        (_, pool) -> {
          if (!pool.tryEnd(nowNanos)) {
            return pool;
          }
          for (Limit limit : pool.limits()) {
            limit.leave(pool);
            limits.computeIfPresent(limit.what(), (_, known) -> known.byOneLess());
          }
          return null;
        });
  }

  /// How many limits there are, for tests.
  int limitCount() {
    return limits.size();
  }
}
