package io.trunkline.pool;

/// Where in its life a [ServerConnection] is. An enum and not a sealed type, because it changes
/// twice per transaction on the road.
enum ServerState {
  /// Belongs to the pool: idle, or about to be.
  IDLE,
  /// Belongs to a lessee.
  LEASED,
  /// Belongs to the pool; a query of ours, or a cancel, has to end before it is idle.
  CLEANING,
  /// Its client is gone; it is closed when it has done what it was asked.
  ABANDONED,
  /// On its way to another event loop.
  MOVING,
  CLOSED
}
