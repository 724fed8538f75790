package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolViolation;
import io.trunkline.protocol.WireText;
import io.trunkline.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The functions and the bounds of SCRAM-SHA-256: RFC 5802, section 3 ("SCRAM Algorithm Overview"),
/// with the hash of RFC 7677.
final class ScramSha256 {
  static final int KEY_BYTES = 32;

  /// What one waits for from a peer that has proved nothing. PostgreSQL asks for 4096 rounds, the
  /// strictest advice for a million; a million rounds cost about half a second.
  static final int ITERATIONS_MAX = 1_000_000;

  static final int NONCE_CHARS_MAX = 256;
  static final int MESSAGE_CHARS_MAX = 4096;

  /// The only channel binding PostgreSQL knows (RFC 5929, section 4).
  static final String TLS_SERVER_END_POINT = "tls-server-end-point";

  private static final String HMAC = "HmacSHA256";
  private static final int NONCE_BYTES = 18;

  private ScramSha256() {}

  /// `SaltedPassword := Hi(Normalize(password), salt, i)`: the expensive one.
  static Bytes saltedPassword(Secret password, Bytes salt, int iterations) {
    Mac mac = mac(SaslPrep.prepare(password));
    mac.update(salt.toArray());
    mac.update(new byte[] {0, 0, 0, 1});
    byte[] round = mac.doFinal();
    byte[] result = round.clone();
    for (int i = 1; i < iterations; i++) {
      round = mac.doFinal(round);
      xor(result, round);
    }
    return Bytes.of(result);
  }

  static Bytes clientKey(Bytes saltedPassword) {
    return hmac(saltedPassword, "Client Key");
  }

  static Bytes serverKey(Bytes saltedPassword) {
    return hmac(saltedPassword, "Server Key");
  }

  /// `StoredKey := H(ClientKey)`.
  static Bytes storedKey(Bytes clientKey) {
    try {
      return Bytes.of(MessageDigest.getInstance("SHA-256").digest(clientKey.toArray()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  static Credential.ScramKeys keys(Bytes saltedPassword) {
    return new Credential.ScramKeys(clientKey(saltedPassword), serverKey(saltedPassword));
  }

  static Bytes hmac(Bytes key, String text) {
    return Bytes.of(mac(key.toArray()).doFinal(WireText.encode(text)));
  }

  static Bytes xor(Bytes left, Bytes right) {
    byte[] result = left.toArray();
    xor(result, right.toArray());
    return Bytes.of(result);
  }

  private static void xor(byte[] target, byte[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] ^= other[i];
    }
  }

  /// An empty key is legal in RFC 2104 and not in Java: padded with zeros it is the same key.
  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
      return mac;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has " + HMAC, impossible);
    }
  }

  static String newNonce(RandomGenerator random) {
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// Refuses what RFC 5802, section 7 does not call a nonce: printable ASCII without comma.
  static String checkNonce(String nonce) {
    boolean legal =
        !nonce.isEmpty()
            && nonce.length() <= NONCE_CHARS_MAX
            && nonce.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ',');
    if (!legal) {
      throw new ProtocolViolation("malformed SCRAM message: invalid nonce");
    }
    return nonce;
  }

  static void checkLength(String message) {
    if (message.length() > MESSAGE_CHARS_MAX) {
      throw new ProtocolViolation(
          "SCRAM message of more than %d characters".formatted(MESSAGE_CHARS_MAX));
    }
  }

  static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.toArray());
  }

  /// What a base64 text holds; nothing when it is none, or is not padded as RFC 5802 wants it.
  static Optional<Bytes> unbase64(String text) {
    if (text.length() % 4 != 0) {
      return Optional.empty();
    }
    try {
      byte[] base64 = text.getBytes(StandardCharsets.US_ASCII);
      return Optional.of(Bytes.of(Base64.getDecoder().decode(base64)));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
