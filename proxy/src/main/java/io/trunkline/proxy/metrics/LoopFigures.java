package io.trunkline.proxy.metrics;

import io.trunkline.pool.PoolKey;
import io.trunkline.pool.PoolRegistry;
import io.trunkline.pool.PoolShard;
import io.trunkline.pool.ServerPool;
import io.trunkline.pool.ServerView;
import io.trunkline.pool.TimeBuckets;
import io.trunkline.protocol.sql.PinReason;
import io.trunkline.proxy.session.ClientSession;
import io.trunkline.proxy.session.ClientState;
import io.trunkline.proxy.session.ClientView;
import io.trunkline.proxy.session.ErrorCounts;
import io.trunkline.proxy.session.LoopContext;
import io.trunkline.proxy.session.LoopTimes;
import io.trunkline.proxy.session.Traffic;
import java.util.HashMap;
import java.util.Map;

/// What one event loop knows, or all of them together: a copy, which anybody may have.
///
/// @param clients by database and what they do: `idle`, `active`, `waiting` for a server of a pool,
///   `holding` for a member
/// @param oldestWaitNanos how long the longest waiting client has waited
/// @param servers by pool and what they do
record LoopFigures(
    Map<Traffic.Key, Traffic.Counts> traffic,
    Map<ClientGroup, Integer> clients,
    Map<PinReason, Integer> pins,
    long oldestWaitNanos,
    Map<PoolKey, Servers> servers,
    Map<ErrorCounts.Key, ErrorCounts.Told> errors,
    LoopTimes.Copy times,
    TimeBuckets.Copy connects,
    long connectFailures) {

  /// Clients counted together.
  record ClientGroup(String database, String state) {}

  /// Server connections of one pool, and clients that wait for one.
  record Servers(int idle, int active, int tested, int canceled, int connecting, int waiting) {
    static final Servers NONE = new Servers(0, 0, 0, 0, 0, 0);

    Servers plus(Servers other) {
      return new Servers(
          idle + other.idle,
          active + other.active,
          tested + other.tested,
          canceled + other.canceled,
          connecting + other.connecting,
          waiting + other.waiting);
    }

    private static Servers of(PoolShard shard) {
      int[] phases = new int[ServerView.Phase.values().length];
      shard.forEachConnection(server -> phases[ServerView.phase(server).ordinal()]++);
      return new Servers(
          phases[ServerView.Phase.IDLE.ordinal()],
          phases[ServerView.Phase.ACTIVE.ordinal()],
          phases[ServerView.Phase.TESTED.ordinal()],
          phases[ServerView.Phase.BEING_CANCELED.ordinal()],
          shard.connecting(),
          shard.waiting());
    }
  }

  static LoopFigures nothing() {
    return new LoopFigures(
        Map.of(),
        Map.of(),
        Map.of(),
        0,
        Map.of(),
        Map.of(),
        LoopTimes.Copy.nothing(),
        TimeBuckets.Copy.nothing(),
        0);
  }

  /// Those of one loop; called there.
  static LoopFigures of(LoopContext context, PoolRegistry pools, long nowNanos) {
    Map<ClientGroup, Integer> clients = new HashMap<>();
    Map<PinReason, Integer> pins = new HashMap<>();
    long[] oldest = {0};
    context.forEachSession(session -> {
      clients.merge(group(session), 1, Integer::sum);
      session.sessionState().pins().forEach(pin -> pins.merge(pin, 1, Integer::sum));
      long since = ClientView.waitingSince(session);
      if (since != 0) {
        oldest[0] = Math.max(oldest[0], nowNanos - since);
      }
    });
    Map<PoolKey, Servers> servers = new HashMap<>();
    for (ServerPool pool : pools.pools()) {
      servers.merge(pool.key(), Servers.of(pool.shard(context.index())), Servers::plus);
    }
    return new LoopFigures(
        context.traffic(),
        clients,
        pins,
        oldest[0],
        servers,
        context.errors().copy(),
        context.times().copy(),
        pools.openings(context.index()).times(),
        pools.openings(context.index()).failures());
  }

  private static ClientGroup group(ClientSession session) {
    ClientState state = session.state();
    String what =
        switch (state) {
          case HOLDING -> "holding";
          case WAITING -> "waiting";
          case UNLEASED, CLOSED -> "idle";
          case APPLYING, LEASED, PARKED, SETTLING, REPEATING -> "active";
        };
    return new ClientGroup(session.profile().database(), what);
  }

  /// Those of two loops together.
  LoopFigures plus(LoopFigures other) {
    return new LoopFigures(
        sum(traffic, other.traffic, Traffic.Counts::plus),
        sum(clients, other.clients, Integer::sum),
        sum(pins, other.pins, Integer::sum),
        Math.max(oldestWaitNanos, other.oldestWaitNanos),
        sum(servers, other.servers, Servers::plus),
        sum(errors, other.errors, ErrorCounts.Told::plus),
        times.plus(other.times),
        connects.plus(other.connects),
        connectFailures + other.connectFailures);
  }

  private static <K, V> Map<K, V> sum(
      Map<K, V> one, Map<K, V> other, java.util.function.BinaryOperator<V> plus) {
    Map<K, V> sum = new HashMap<>(one);
    other.forEach((key, value) -> sum.merge(key, value, plus));
    return sum;
  }
}
