package io.trunkline.health;

/// Asks one member who it is.
public interface Probe extends AutoCloseable {

  /// Looks once; blocks for a bounded time, never throws for what a server does. Called by one
  /// thread at a time.
  Observation look();

  @Override
  void close();
}
