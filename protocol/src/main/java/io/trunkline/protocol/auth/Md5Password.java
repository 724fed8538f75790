package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.WireText;
import io.trunkline.settings.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// PostgreSQL's md5 method: `"md5" + md5(md5(password + user) + salt)`, the inner hash being what
/// the server stores. PostgreSQL docs, "Password Authentication" and AuthenticationMD5Password.
final class Md5Password {
  private static final String PREFIX = "md5";
  private static final Pattern HASH = Pattern.compile("md5[0-9a-f]{32}");

  private Md5Password() {}

  /// Whether a stored secret is such a hash (`get_password_type` in PostgreSQL's `crypt.c`).
  static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  /// What the server stores for this user.
  static Secret hash(String user, Secret password) {
    return md5(WireText.encode(password.reveal()), WireText.encode(user));
  }

  /// What answers a challenge with this salt.
  static Secret answer(Secret hash, Bytes salt) {
    String inner = hash.reveal().substring(PREFIX.length());
    return md5(WireText.encode(inner), salt.toArray());
  }

  private static Secret md5(byte[] first, byte[] second) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(first);
      return Secret.of(PREFIX + HexFormat.of().formatHex(md5.digest(second)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has MD5", impossible);
    }
  }
}
