package io.trunkline.bench.compare;

import java.util.Locale;

/// What contestants are started for: those of one setup run at the same time, for all scenarios
/// that need it.
///
/// @param loops threads that serve clients, for proxies that have more than one
/// @param mode of the pool
public record Setup(Backend backend, Door door, int loops, Mode mode) {

  /// Servers in a pool of transactions.
  static final int POOL_SIZE = 16;

  /// Servers, and so clients, in a pool of sessions.
  private static final int SESSIONS = 256;

  /// What stands behind the proxies.
  public enum Backend {
    /// Answers from memory: what is measured is the proxy.
    NULL_SERVER,
    POSTGRES
  }

  /// What clients have to do to be let in.
  public enum Door {
    TRUST,
    SCRAM,
    TLS
  }

  /// When a client gives its server back, for proxies that have a pool.
  public enum Mode {
    TRANSACTION,
    SESSION
  }

  /// With a pool of transactions, which is what is mostly asked for.
  public Setup(Backend backend, Door door, int loops) {
    this(backend, door, loops, Mode.TRANSACTION);
  }

  /// How the mode is called in the configurations of all who know it.
  String modeName() {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  /// Servers that a pool may have: in session mode each client keeps one.
  int poolSize() {
    return mode == Mode.SESSION ? SESSIONS : POOL_SIZE;
  }

  @Override
  public String toString() {
    return "%s, %s, %s%s"
        .formatted(
            backend == Backend.POSTGRES ? "PostgreSQL" : "null server",
            switch (door) {
              case TRUST -> "no password";
              case SCRAM -> "SCRAM";
              case TLS -> "TLS";
            },
            loops == 1 ? "one event loop" : loops + " event loops",
            mode == Mode.SESSION ? ", session mode" : "");
  }
}
