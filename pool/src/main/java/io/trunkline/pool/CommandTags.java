package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.sql.SessionEffect;
import java.nio.charset.StandardCharsets;

/// The few command tags that say that something of a session has changed or is gone. Compared as
/// bytes: there is one tag per statement.
final class CommandTags {
  private static final byte[] SET = ascii("SET");
  private static final byte[] RESET = ascii("RESET");
  private static final byte[] LOAD = ascii("LOAD");
  private static final byte[] DISCARD_ALL = ascii("DISCARD ALL");
  private static final byte[] DEALLOCATE_ALL = ascii("DEALLOCATE ALL");

  private CommandTags() {}

  private static byte[] ascii(String tag) {
    return tag.getBytes(StandardCharsets.US_ASCII);
  }

  /// What the command whose tag lies in `[start, start + bytes)` did, as bits of [SessionEffect].
  static int effects(ByteBuf in, int start, int bytes) {
    if (bytes == SET.length && is(SET, in, start)) {
      return SessionEffect.SET_SETTING;
    } else if (bytes == RESET.length && is(RESET, in, start)) {
      return SessionEffect.RESET_SETTING;
    } else if (bytes == LOAD.length && is(LOAD, in, start)) {
      return SessionEffect.LOAD;
    } else if (bytes == DISCARD_ALL.length && is(DISCARD_ALL, in, start)) {
      return SessionEffect.DISCARD_ALL;
    } else if (bytes == DEALLOCATE_ALL.length && is(DEALLOCATE_ALL, in, start)) {
      return SessionEffect.DEALLOCATE_ALL;
    }
    return SessionEffect.NONE;
  }

  private static boolean is(byte[] tag, ByteBuf in, int start) {
    for (int i = 0; i < tag.length; i++) {
      if (in.getByte(start + i) != tag[i]) {
        return false;
      }
    }
    return true;
  }
}
