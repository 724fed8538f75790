package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.settings.Secret;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server stores instead of a password: it can check a client's proof, and cannot make one.
/// Written `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` (PostgreSQL docs, the
/// catalog `pg_authid`; RFC 5803).
public record ScramVerifier(int iterations, Bytes salt, Bytes storedKey, Bytes serverKey) {
  private static final Pattern FORMAT =
      Pattern.compile("SCRAM-SHA-256\\$(\\d{1,9}):([^:$]+)\\$([^:$]+):([^:$]+)");

  public ScramVerifier {
    boolean legal =
        iterations > 0
            && salt.length() > 0
            && storedKey.length() == ScramSha256.KEY_BYTES
            && serverKey.length() == ScramSha256.KEY_BYTES;
    if (!legal) {
      throw new IllegalArgumentException("not the parts of a SCRAM verifier");
    }
  }

  /// The verifier of a password. Expensive: never on an event loop.
  public static ScramVerifier of(PasswordSalting salting) {
    return of(salting, salting.saltedPassword());
  }

  static ScramVerifier of(PasswordSalting salting, Bytes saltedPassword) {
    return new ScramVerifier(
        salting.iterations(),
        salting.salt(),
        ScramSha256.storedKey(ScramSha256.clientKey(saltedPassword)),
        ScramSha256.serverKey(saltedPassword));
  }

  /// Reads the text form; empty when it is not one.
  public static Optional<ScramVerifier> parse(Secret text) {
    Matcher parts = FORMAT.matcher(text.reveal());
    if (!parts.matches()) {
      return Optional.empty();
    }
    int iterations = Integer.parseInt(parts.group(1));
    Bytes salt = ScramSha256.unbase64(parts.group(2)).orElse(Bytes.EMPTY);
    Bytes storedKey = ScramSha256.unbase64(parts.group(3)).orElse(Bytes.EMPTY);
    Bytes serverKey = ScramSha256.unbase64(parts.group(4)).orElse(Bytes.EMPTY);
    try {
      return Optional.of(new ScramVerifier(iterations, salt, storedKey, serverKey));
    } catch (IllegalArgumentException notAVerifier) {
      return Optional.empty();
    }
  }

  /// The text form.
  public Secret format() {
    return Secret.of(
        "SCRAM-SHA-256$%d:%s$%s:%s"
            .formatted(
                iterations,
                ScramSha256.base64(salt),
                ScramSha256.base64(storedKey),
                ScramSha256.base64(serverKey)));
  }
}
