package io.trunkline.pool;

import io.trunkline.routing.Member;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Every pool of the process, made when the first client asks for it, and the limits they share. A
/// pool is found by whom it serves and by its settings: clients with other settings are served by
/// another pool. When the configuration is another, a pool has the settings that it gives to
/// whoever entered last; others to whom it gives different ones find another pool by themselves.
///
/// **Coming and going.** A session enters a pool once, keeps it, and leaves it when it ends. A pool
/// without sessions and connections ends after a while, or users could fill the memory with names
/// of databases that do not exist. Both happen under the map's lock for this one entry, so that
/// nobody enters a pool that has ended, and there are never two for the same. Thread-safe.
public final class PoolRegistry {
  private final PoolParts parts;

  /// The pools of each key, with other settings each: mostly one.
  private final ConcurrentHashMap<PoolKey, List<ServerPool>> byKey = new ConcurrentHashMap<>();

  private final Set<ServerPool> all = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<String, InUse> limits = new ConcurrentHashMap<>();

  /// The same pools by cluster and member: whoever chooses among members asks for theirs for each
  /// transaction. There are as many entries without pools as the configuration has named clusters.
  private final ConcurrentHashMap<String, ConcurrentHashMap<String, List<ServerPool>>> byMember =
      new ConcurrentHashMap<>();

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
  public ServerPool enter(PoolKey key, Member member, PoolSettings settings) {
    return enter(key, member, settings, UnaryOperator.identity());
  }

  /// The same for a client whose settings may change.
  ///
  /// @param terms what becomes of its settings by the configuration of now; asked on any thread,
  ///   also when the client has left
  @SuppressWarnings("ReferenceEquality") // any other predicate is to be asked again
  public ServerPool enter(
      PoolKey key, Member member, PoolSettings settings, UnaryOperator<PoolSettings> terms) {
    PoolSettings wanted = settings.ofServers();
    var entered = new AtomicReference<ServerPool>();
    byKey.compute(
        key,
        (_, known) -> {
          ServerPool there = known == null ? null : find(known, wanted);
          ServerPool pool = there == null ? make(key, wanted, member) : there;
          pool.entered(terms);
          entered.set(pool);
          return there != null && known != null ? known : with(known, pool);
        });
    ServerPool pool = entered.get();
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
    for (ServerPool pool : all) {
      pauseOrResume(pool, these);
    }
  }

  /// The configuration is another: every pool has the settings it gives now. Where another pool has
  /// those already, the connections of this one are of no use to those who come.
  public void renew() {
    for (ServerPool pool : all) {
      PoolSettings now = pool.termsNow();
      if (!now.equals(pool.settings())) {
        byKey.computeIfPresent(
            pool.key(),
            (_, known) -> {
              if (find(known, now) == null) {
                pool.become(now);
              } else {
                pool.retireAll("database configuration changed");
              }
              return known;
            });
      }
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

  private ServerPool make(PoolKey key, PoolSettings settings, Member member) {
    String database = "database %s/%s".formatted(key.cluster(), key.database());
    String user = "user %s/%s".formatted(key.cluster(), key.user());
    String at = "member %s/%s".formatted(key.cluster(), key.member());
    List<Limit> bounds =
        List.of(
            limit(database, settings.maxDbConnections()),
            limit(user, settings.maxUserConnections()),
            limit(at, parts.memberConnectionsMax().applyAsInt(key.cluster())));
    ServerPool pool = new ServerPool(key, settings, parts, member, bounds);
    byMember
        .computeIfAbsent(key.cluster(), _ -> new ConcurrentHashMap<>())
        .compute(key.member(), (_, here) -> with(here, pool));
    all.add(pool);
    return pool;
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
    return Collections.unmodifiableSet(all);
  }

  /// The pools to one member.
  public List<ServerPool> poolsOf(String cluster, String member) {
    Map<String, List<ServerPool>> members = byMember.get(cluster);
    return members == null ? List.of() : members.getOrDefault(member, List.of());
  }

  /// How busy a member is with one loop's clients: server connections in use and clients waiting.
  /// Called on that loop.
  public int load(String cluster, String member, int loop) {
    int load = 0;
    List<ServerPool> here = poolsOf(cluster, member);
    for (int i = 0; i < here.size(); i++) {
      load += here.get(i).shard(loop).load();
    }
    return load;
  }

  /// Whether a member has just refused a connection, so that none is tried for a while.
  public boolean refuses(String cluster, String member) {
    List<ServerPool> here = poolsOf(cluster, member);
    for (int i = 0; i < here.size(); i++) {
      if (here.get(i).backingOff()) {
        return true;
      }
    }
    return false;
  }

  /// Runs the periodic work of one loop's shards; called on that loop. The first loop looks after
  /// the pools as such.
  public void keepHouse(int loop, long nowNanos) {
    for (ServerPool pool : all) {
      pool.shard(loop).keepHouse(nowNanos);
      if (loop == 0 && pool.isQuiet(nowNanos)) {
        end(pool, nowNanos);
      }
    }
  }

  private void end(ServerPool pool, long nowNanos) {
    byKey.computeIfPresent(
        pool.key(),
        (key, known) -> {
          if (!pool.tryEnd(nowNanos)) {
            return known;
          }
          all.remove(pool);
          Objects.requireNonNull(byMember.get(key.cluster()))
              .computeIfPresent(key.member(), (_, here) -> without(here, pool));
          pool.bounds().leave(pool);
          for (Limit limit : pool.bounds().limits()) {
            limits.computeIfPresent(limit.what(), (_, shared) -> shared.byOneLess());
          }
          return without(known, pool);
        });
  }

  private static @Nullable ServerPool find(List<ServerPool> pools, PoolSettings settings) {
    for (ServerPool pool : pools) {
      if (pool.settings().equals(settings)) {
        return pool;
      }
    }
    return null;
  }

  private static List<ServerPool> with(@Nullable List<ServerPool> pools, ServerPool one) {
    return pools == null ? List.of(one) : Stream.concat(pools.stream(), Stream.of(one)).toList();
  }

  @SuppressWarnings("ReferenceEquality") // this very pool
  private static @Nullable List<ServerPool> without(List<ServerPool> pools, ServerPool gone) {
    List<ServerPool> left = pools.stream().filter(pool -> pool != gone).toList();
    return left.isEmpty() ? null : left;
  }

  /// How many limits there are, for tests.
  int limitCount() {
    return limits.size();
  }
}
