package io.trunkline.routing;

/// What a listener promises its clients.
public enum ListenerRole {
  /// The leader, and nobody else.
  PRIMARY,
  /// Standbys only.
  REPLICA,
  /// Standbys; the leader while no standby is eligible.
  PREFER_REPLICA,
  /// Any member that is alive.
  ANY
}
