package io.trunkline.proxy.console;

import io.trunkline.pool.PoolMode;
import io.trunkline.pool.PoolSettings;
import io.trunkline.pool.PoolShard;
import io.trunkline.pool.ServerPool;
import io.trunkline.pool.ServerView;
import io.trunkline.proxy.session.ClientProfile;
import io.trunkline.proxy.session.ClientSession;
import io.trunkline.proxy.session.ClientView;
import io.trunkline.proxy.session.LoopContext;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How many clients and servers one pool has in which state: first those of one loop, counted
/// there, then all of them together.
final class PoolTally {
  int clientsActive;
  int clientsWaiting;
  int serversActive;
  int serversIdle;
  int serversTested;
  int serversBeingCanceled;
  int serversConnecting;
  int cancels;
  long maxWaitMicros;
  @Nullable PoolMode mode;

  /// What is shown as one pool: all members' pools for one database and user with the same
  /// settings.
  ///
  /// @param database by the name clients use
  /// @param user the user on the server
  record Row(String database, String user, PoolSettings settings) {
    /// The order in which they are shown.
    static final Comparator<Row> ORDER =
        Comparator.comparing(Row::database)
            .thenComparing(Row::user)
            .thenComparing(row -> row.settings().toString());
  }

  /// Counts what lives on one loop; called there.
  static Map<Row, PoolTally> of(
      LoopContext context, Iterable<ServerPool> pools, DatabaseNames names, Moments moments) {
    Map<Row, PoolTally> tallies = new HashMap<>();
    context.forEachSession(session -> {
      ClientProfile profile = session.profile();
      var key = new Row(profile.database(), profile.serverUser(), profile.pool().ofServers());
      tallies.computeIfAbsent(key, _ -> new PoolTally()).count(session, moments);
    });
    for (ServerPool pool : pools) {
      var key = new Row(names.of(pool.key()), pool.key().user(), pool.settings());
      tallies.computeIfAbsent(key, _ -> new PoolTally()).count(pool.shard(context.index()));
    }
    return tallies;
  }

  /// What lives on all loops.
  static Map<Row, PoolTally> sum(List<Map<Row, PoolTally>> ofLoops) {
    Map<Row, PoolTally> sum = new TreeMap<>(Row.ORDER);
    for (Map<Row, PoolTally> one : ofLoops) {
      one.forEach((key, tally) -> sum.computeIfAbsent(key, _ -> new PoolTally()).add(tally));
    }
    return sum;
  }

  private void count(ClientSession session, Moments moments) {
    ClientView.Phase phase = ClientView.phase(session.state());
    mode = session.profile().poolMode();
    if (phase == ClientView.Phase.WAITING) {
      clientsWaiting++;
      maxWaitMicros =
          Math.max(maxWaitMicros, moments.microsSince(ClientView.waitingSince(session)));
    } else if (phase != null) {
      clientsActive++;
    }
  }

  void count(PoolShard shard) {
    serversConnecting += shard.connecting();
    shard.forEachConnection(server -> {
      cancels += server.cancelsInFlight();
      switch (ServerView.phase(server)) {
        case IDLE -> serversIdle++;
        case ACTIVE -> serversActive++;
        case TESTED -> serversTested++;
        case BEING_CANCELED -> serversBeingCanceled++;
      }
    });
  }

  void add(PoolTally other) {
    clientsActive += other.clientsActive;
    clientsWaiting += other.clientsWaiting;
    serversActive += other.serversActive;
    serversIdle += other.serversIdle;
    serversTested += other.serversTested;
    serversBeingCanceled += other.serversBeingCanceled;
    serversConnecting += other.serversConnecting;
    cancels += other.cancels;
    maxWaitMicros = Math.max(maxWaitMicros, other.maxWaitMicros);
    mode = mode == null ? other.mode : mode;
  }

  int clients() {
    return clientsActive + clientsWaiting;
  }

  /// Logged in, whatever they do.
  int servers() {
    return serversActive + serversIdle + serversTested + serversBeingCanceled;
  }
}
