package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.EventLoopConfined;
import java.nio.charset.StandardCharsets;

/// Hot path. Whether a client in session mode can have left anything in its server's session that
/// it might come back to: it has not, as far as can be proved, when everything it asked for since
/// its login, or since its last DISCARD ALL, is known to leave nothing behind.
///
/// What leaves nothing is told by whole texts, for what a function, a trigger, an operator or a
/// view does is out of sight, and a client may use session mode just for that. So a query of a
/// table counts as something, and so does every extended query, which at least leaves a statement.
///
/// DISCARD ALL is PostgreSQL's own word for a session that is as new, and by it servers go from one
/// client to the next in session mode; that its client has sent it says that nothing from before is
/// needed. It does not undo LOAD: after that nothing is believed any more.
@EventLoopConfined
final class Slate {
  private static final byte[] DISCARD_ALL = ascii("discard all");

  /// Leave nothing behind, in a transaction block or outside, whether they succeed or not. Not here
  /// is what takes options, or a name that could be a function's.
  private static final byte[][] HARMLESS = {
    ascii(""),
    ascii("select 1"),
    ascii("begin"),
    ascii("commit"),
    ascii("rollback"),
    ascii("end"),
    ascii("abort"),
    ascii("start transaction"),
    ascii("show transaction isolation level"),
    ascii("show server_version"),
  };

  private static final int TEXT_BYTES_MAX = 64;

  /// Whether something was asked for that may have left something behind.
  private boolean touched;

  /// Whether DISCARD ALL was asked for, nothing that counts behind it, and nothing has failed
  /// since.
  private boolean wiping;

  private boolean loaded;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  boolean isClean() {
    return !touched && !loaded;
  }

  /// A Query is sent, whose text is in `[start, end)`.
  void onQuery(ByteBuf in, int start, int end) {
    if (touched && !wiping && end - start != DISCARD_ALL.length && !mayEndSo(in, start, end)) {
      return; // nothing new, and by far the most frequent
    }
    int from = start;
    int to = end;
    while (to > from && isBlankOrEnd(in.getByte(to - 1))) {
      to--;
    }
    while (from < to && isBlank(in.getByte(from))) {
      from++;
    }
    if (is(DISCARD_ALL, in, from, to)) {
      wiping = true;
    } else if (!isHarmless(in, from, to)) {
      onOther();
    }
  }

  /// Whether a text that is not as short as DISCARD ALL may still be it.
  private static boolean mayEndSo(ByteBuf in, int start, int end) {
    return end - start > DISCARD_ALL.length
        && end - start <= TEXT_BYTES_MAX
        && (isBlankOrEnd(in.getByte(end - 1)) || isBlank(in.getByte(start)));
  }

  private static boolean isHarmless(ByteBuf in, int from, int to) {
    for (byte[] text : HARMLESS) {
      if (is(text, in, from, to)) {
        return true;
      }
    }
    return false;
  }

  /// Compares as PostgreSQL's keywords are compared: ASCII letters in any case.
  private static boolean is(byte[] text, ByteBuf in, int from, int to) {
    if (to - from != text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      byte b = in.getByte(from + i);
      if (text[i] != (b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static boolean isBlankOrEnd(byte b) {
    return b == ';' || isBlank(b);
  }

  /// Something else is sent.
  void onOther() {
    touched = true;
    wiping = false;
  }

  /// The server has said ERROR.
  void onError() {
    wiping = false;
  }

  /// The server has run a LOAD.
  void onLoaded() {
    loaded = true;
  }

  /// Everything has been answered, outside of a transaction block.
  ///
  /// @return whether a DISCARD ALL has been done just now
  boolean onQuiet() {
    boolean wiped = wiping;
    if (wiped) {
      wiping = false;
      touched = false;
    }
    return wiped;
  }
}
