package io.trunkline.proxy.rig;

import java.util.Locale;

/// When a client's server goes back to the pool.
public enum PoolMode {
  SESSION,
  TRANSACTION,
  STATEMENT;

  /// As configuration files write it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
