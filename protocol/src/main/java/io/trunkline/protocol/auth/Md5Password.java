package io.trunkline.protocol.auth;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.WireText;
import io.trunkline.settings.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// PostgreSQL's md5 method: `"md5" + md5(md5(password + user) + salt)`, the inner hash being what
/// the server stores. PostgreSQL docs, "Password Authentication" and AuthenticationMD5Password.
final class Md5Password {
  private static final String PREFIX = "md5";

  private Md5Password() {}

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
