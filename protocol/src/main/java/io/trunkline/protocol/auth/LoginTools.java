package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import java.security.SecureRandom;

/// What logins need from the process they run in.
public record LoginTools(
    MockAuthentication mock, SaltedPasswords saltedPasswords, SecureRandom random) {
  private static final int SEED_BYTES = 32;
  private static final int SALTED_PASSWORDS_MAX = 10_000;

  /// With secrets of no one that no other process has.
  public static LoginTools of(SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    var mock =
        new MockAuthentication(
            Bytes.of(seed),
            MockAuthentication.DEFAULT_ITERATIONS,
            MockAuthentication.PasswordEncryption.SCRAM_SHA_256);
    return new LoginTools(mock, new SaltedPasswords(SALTED_PASSWORDS_MAX), random);
  }

  /// The same where clients whose secret is no verifier are asked for so many rounds, and those of
  /// no user as well.
  public LoginTools withIterations(int iterations) {
    return iterations == mock.iterations()
        ? this
        : new LoginTools(mock.withIterations(iterations), saltedPasswords, random);
  }
}
