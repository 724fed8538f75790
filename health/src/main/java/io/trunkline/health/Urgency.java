package io.trunkline.health;

/// How soon a member should be looked at again.
enum Urgency {
  /// All is well.
  CALM,
  /// There is no leader, or this member is in doubt.
  SOON,
  /// It holds the leader key and does not lead yet: clients wait for this look.
  PRESSING
}
