package io.trunkline.pool;

import io.trunkline.protocol.EventLoopConfined;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Connections of one shard that nobody has and that were asked something of ours, until they have
/// answered or are closed.
@EventLoopConfined
final class Unanswered {
  /// With the time they were asked at, the first one first.
  private final Map<ServerConnection, Long> asked = new LinkedHashMap<>();

  void add(ServerConnection server, long nowNanos) {
    asked.put(server, nowNanos);
  }

  void remove(ServerConnection server) {
    asked.remove(server);
  }

  int size() {
    return asked.size();
  }

  /// Those that have said nothing for so long; zero is for ever.
  List<ServerConnection> silentFor(Duration patience, long nowNanos) {
    if (asked.isEmpty() || patience.isZero()) {
      return List.of();
    }
    return asked.entrySet().stream()
        .filter(one -> nowNanos - one.getValue() >= patience.toNanos())
        .map(Map.Entry::getKey)
        .toList();
  }
}
