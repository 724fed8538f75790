package io.trunkline.settings;

import java.util.regex.Pattern;

/// A password, key or verifier. Its text leaves only through [#reveal()], so that no log, console
/// row or error message can show it by accident.
public final class Secret {
  private static final Pattern MD5 = Pattern.compile("md5[0-9a-f]{32}");
  private static final Pattern SCRAM =
      Pattern.compile("SCRAM-SHA-256\\$[0-9]{1,9}:[^$:]+\\$[^$:]+:[^$:]+");

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

  /// Whether this is a password as PostgreSQL stores it (`pg_authid.rolpassword`) and so proves
  /// others, but cannot be typed in: `md5` and 32 hex digits, or a SCRAM-SHA-256 verifier.
  public boolean isVerifier() {
    return isMd5() || isScram();
  }

  /// Whether this is `md5` and 32 hex digits.
  public boolean isMd5() {
    return MD5.matcher(text).matches();
  }

  /// Whether this is `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`.
  public boolean isScram() {
    return SCRAM.matcher(text).matches();
  }

  /// Takes the same time wherever two secrets of one length differ. Compares characters, not an
  /// encoding of them: lone surrogates, which stand for bytes that are not UTF-8, have none.
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && isSame(text, secret.text);
  }

  private static boolean isSame(String left, String right) {
    int difference = left.length() ^ right.length();
    for (int i = 0; i < left.length() && i < right.length(); i++) {
      difference |= left.charAt(i) ^ right.charAt(i);
    }
    return difference == 0;
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
