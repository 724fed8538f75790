package io.trunkline.proxy.drivers;

import java.util.Locale;

/// What a trial may expect of the place it connects to.
public enum Mode {
  /// A primary, on one server connection from login to logout.
  SESSION,
  /// A primary, on another server connection for each transaction.
  TRANSACTION,
  /// A standby, on another server connection for each transaction.
  REPLICA;

  /// As a trial's command line has it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
