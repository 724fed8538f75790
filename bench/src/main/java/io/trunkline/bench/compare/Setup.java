package io.trunkline.bench.compare;

/// What contestants are started for: those of one setup run at the same time, for all scenarios
/// that need it.
///
/// @param loops threads that serve clients, for proxies that have more than one
record Setup(Backend backend, Door door, int loops) {

  /// What stands behind the proxies.
  enum Backend {
    /// Answers from memory: what is measured is the proxy.
    NULL_SERVER,
    POSTGRES
  }

  /// What clients have to do to be let in.
  enum Door {
    TRUST,
    SCRAM,
    TLS
  }

  @Override
  public String toString() {
    return "%s, %s, %s"
        .formatted(
            backend == Backend.POSTGRES ? "PostgreSQL" : "null server",
            switch (door) {
              case TRUST -> "no password";
              case SCRAM -> "SCRAM";
              case TLS -> "TLS";
            },
            loops == 1 ? "one event loop" : loops + " event loops");
  }
}
