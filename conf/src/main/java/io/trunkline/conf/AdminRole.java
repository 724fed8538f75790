package io.trunkline.conf;

/// What a user of the console may do.
public enum AdminRole {
  /// Look.
  STATS,
  /// Look and command.
  ADMIN
}
