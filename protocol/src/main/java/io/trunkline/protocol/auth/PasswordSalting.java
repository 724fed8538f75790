package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.settings.Secret;

/// The expensive step of SCRAM, as a value: a job for a thread that may be busy for milliseconds,
/// and the key under which its result may be kept.
public record PasswordSalting(Secret password, Bytes salt, int iterations) {

  /// Does the work: `iterations` rounds of HMAC-SHA-256. Never on an event loop.
  public Bytes saltedPassword() {
    return ScramSha256.saltedPassword(password, salt, iterations);
  }
}
