package io.trunkline.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A password, key or verifier. Its text leaves only through [#reveal()], so that no log, console
/// row or error message can show it by accident.
public final class Secret {
  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  public static Secret of(String text) {
    return new Secret(text);
  }

  /// The secret itself: for logins and hashing only.
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(utf8(), secret.utf8());
  }

  private byte[] utf8() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
