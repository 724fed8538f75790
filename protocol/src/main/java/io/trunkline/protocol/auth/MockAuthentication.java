package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.settings.Secret;
import java.util.Arrays;
import java.util.HexFormat;

/// Secrets for users that do not exist, so that a stranger cannot tell who does.
///
/// Each has a secret nobody knows the password of, the same at every attempt; and users whose plain
/// password is known get their salt here too, so that it does not tell them apart. (PostgreSQL:
/// `mock_scram_secret` in `auth-scram.c`.)
///
/// @param seed random, at least 32 bytes; proxies that share it look the same to a stranger
/// @param iterations what users with a plain password are asked for as well
/// @param encryption how the users that exist have their passwords stored, for the most part: the
///   md5 method treats those that do not exist alike
public record MockAuthentication(Bytes seed, int iterations, PasswordEncryption encryption) {
  private static final int SEED_BYTES_MIN = 32;

  /// PostgreSQL's default for `scram_iterations`.
  public static final int DEFAULT_ITERATIONS = 4096;

  /// PostgreSQL's own salts are as long as this.
  private static final int SALT_BYTES = 16;

  private static final int MD5_BYTES = 16;

  /// As PostgreSQL's setting `password_encryption`.
  public enum PasswordEncryption {
    MD5,
    SCRAM_SHA_256
  }

  public MockAuthentication {
    if (seed.length() < SEED_BYTES_MIN || iterations < 1) {
      throw new IllegalArgumentException("seed of " + seed + ", " + iterations + " iterations");
    }
  }

  MockAuthentication withIterations(int other) {
    return new MockAuthentication(seed, other, encryption);
  }

  /// The salting of a password that is known in plain.
  PasswordSalting salting(String user, Secret password) {
    return new PasswordSalting(password, salt(user), iterations);
  }

  /// A secret no password belongs to.
  StoredSecret secret(String user) {
    return switch (encryption) {
      case MD5 -> new StoredSecret.Md5(Secret.of("md5" + hex(derive("md5", user))));
      case SCRAM_SHA_256 -> verifier(user);
    };
  }

  /// A SCRAM verifier no password belongs to.
  StoredSecret.Scram verifier(String user) {
    return new StoredSecret.Scram(
        new ScramVerifier(
            iterations, salt(user), derive("StoredKey", user), derive("ServerKey", user)));
  }

  private Bytes salt(String user) {
    return first(derive("salt", user), SALT_BYTES);
  }

  private Bytes derive(String purpose, String user) {
    return ScramSha256.hmac(seed, purpose + ' ' + user);
  }

  private static String hex(Bytes bytes) {
    return HexFormat.of().formatHex(first(bytes, MD5_BYTES).toArray());
  }

  private static Bytes first(Bytes bytes, int count) {
    return Bytes.of(Arrays.copyOf(bytes.toArray(), count));
  }
}
