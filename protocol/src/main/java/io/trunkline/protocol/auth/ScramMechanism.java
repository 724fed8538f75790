package io.trunkline.protocol.auth;

import java.util.Optional;

/// The two SASL mechanisms of PostgreSQL; the second is bound to the TLS connection.
enum ScramMechanism {
  SCRAM_SHA_256("SCRAM-SHA-256"),
  SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS");

  private final String wire;

  ScramMechanism(String wire) {
    this.wire = wire;
  }

  String wire() {
    return wire;
  }

  static Optional<ScramMechanism> of(String wire) {
    for (ScramMechanism mechanism : values()) {
      if (mechanism.wire.equals(wire)) {
        return Optional.of(mechanism);
      }
    }
    return Optional.empty();
  }
}
