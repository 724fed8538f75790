package io.trunkline.routing;

/// How one of several eligible members is chosen.
public enum Balance {
  /// The one with the fewest connections in use and clients waiting.
  LEAST_CONNECTIONS,
  /// Each in its turn.
  ROUND_ROBIN,
  /// The better of two drawn at random, by round trip and load.
  LATENCY,
  /// The first by name; the next only while it cannot be used.
  FIRST
}
