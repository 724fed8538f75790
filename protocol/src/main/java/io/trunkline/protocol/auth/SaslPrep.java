package io.trunkline.protocol.auth;

import com.ongres.saslprep.SASLprep;
import com.ongres.stringprep.Profile;
import io.trunkline.protocol.WireText;
import io.trunkline.settings.Secret;
import java.nio.charset.StandardCharsets;

/// SASLprep (RFC 4013) as PostgreSQL applies it to passwords: what the profile prohibits, and what
/// is not UTF-8 at all, is a password all the same, and is used as it is (`pg_saslprep` in
/// `saslprep.c`, and its callers). ASCII is never changed nor refused.
final class SaslPrep {
  private static final Profile PROFILE = new SASLprep();

  private SaslPrep() {}

  static byte[] prepare(Secret password) {
    String text = password.reveal();
    return isAscii(text) || !WireText.isUtf8(text) ? WireText.encode(text) : prepare(text);
  }

  private static byte[] prepare(String text) {
    try {
      return PROFILE.prepareStored(text).getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException prohibited) {
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (
        IndexOutOfBoundsException empty) { // how stringprep 2.2 takes a text it maps to nothing
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
