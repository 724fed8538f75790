package io.trunkline.health;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last changes of a cluster's topology, oldest first, bounded. Safe for threads.
final class TopologyHistory {
  private final int changesMax;
  private final Deque<TopologyChange> changes = new ArrayDeque<>();

  TopologyHistory(int changesMax) {
    this.changesMax = changesMax;
  }

  synchronized void add(TopologyChange change) {
    if (changes.size() == changesMax) {
      changes.removeFirst();
    }
    changes.addLast(change);
  }

  synchronized List<TopologyChange> changes() {
    return List.copyOf(changes);
  }
}
