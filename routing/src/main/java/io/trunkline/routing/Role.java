package io.trunkline.routing;

/// What a member was last seen to be, by its own word.
public enum Role {
  /// Not in recovery.
  PRIMARY,
  /// In recovery: a hot standby that answers reads.
  STANDBY,
  /// No answer yet, or none that can be trusted.
  UNKNOWN
}
