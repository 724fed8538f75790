package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.sql.SessionSettings;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hot path. The idle connections of one shard. The one used last is used next, so that those not
/// needed grow idle and close; or each in turn. Among the few next in line, one that has the wanted
/// settings already goes first: it saves a round trip.
@SuppressWarnings(
    "ReferenceEquality") // settings are compared by identity: equal ones are mostly one
@EventLoopConfined
final class IdleConnections {
  private static final int MATCHES_TRIED = 8;

  private final ServerPool pool;
  private final int shard;
  private final ArrayDeque<ServerConnection> connections = new ArrayDeque<>();

  IdleConnections(ServerPool pool, int shard) {
    this.pool = pool;
    this.shard = shard;
  }

  int size() {
    return connections.size();
  }

  void add(ServerConnection server) {
    if (pool.settings().roundRobin()) {
      connections.addLast(server);
    } else {
      connections.addFirst(server);
    }
    publish();
  }

  /// The next connection to use; null when none is idle.
  @Nullable ServerConnection take(SessionSettings wanted) {
    ServerConnection next = connections.peekFirst();
    if (next == null) {
      return null;
    }
    if (next.settings() != wanted) {
      ServerConnection match = match(wanted);
      if (match != null) {
        remove(match);
        return match;
      }
    }
    connections.pollFirst();
    publish();
    return next;
  }

  private @Nullable ServerConnection match(SessionSettings wanted) {
    int tried = 0;
    for (ServerConnection server : connections) {
      if (server.settings() == wanted) {
        return server;
      }
      if (++tried == MATCHES_TRIED) {
        return null;
      }
    }
    return null;
  }

  /// The one idle for longest, which leaves; null when none is idle.
  @Nullable ServerConnection takeOldest() {
    boolean inTurn = pool.settings().roundRobin();
    ServerConnection oldest = inTurn ? connections.pollFirst() : connections.pollLast();
    publish();
    return oldest;
  }

  void remove(ServerConnection server) {
    if (connections.remove(server)) {
      publish();
    }
  }

  List<ServerConnection> all() {
    return List.copyOf(connections);
  }

  private void publish() {
    pool.board().publishIdle(shard, connections.size());
  }
}
