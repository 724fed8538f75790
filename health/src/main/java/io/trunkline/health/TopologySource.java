package io.trunkline.health;

import java.util.function.Consumer;

/// Where the members of a cluster come from.
public interface TopologySource extends AutoCloseable {

  /// Begins to tell: at least one roster, then one for every change, from any one thread at a time,
  /// until closed.
  void start(Consumer<Roster> listener);

  @Override
  void close();
}
