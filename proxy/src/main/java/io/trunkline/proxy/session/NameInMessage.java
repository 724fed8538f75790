package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.trunkline.pool.SharedStatement;
import io.trunkline.protocol.FrameScanner;
import java.nio.charset.StandardCharsets;

/// Hot path. Where the name of a statement lies in a message: `[start, end)` of the buffer.
///
/// PostgreSQL docs, "Message Formats": Bind, Describe, Close.
///
/// @param end where its terminator is; negative when it has none
record NameInMessage(int start, int end) {
  /// No name, for the message is cut short.
  static final NameInMessage NONE = new NameInMessage(0, -1);

  /// Instead of another name: the message may stay as it is.
  static final byte[] KEEP = {};

  private static final byte[] PREFIX =
      SharedStatement.NAME_PREFIX.getBytes(StandardCharsets.US_ASCII);

  /// In a Bind of which `bytesHere` are there; [#NONE] if they are too few.
  static NameInMessage ofBind(ByteBuf in, int start, int bytesHere) {
    int end = start + bytesHere;
    int portalEnd = RequestRelay.endOfString(in, start + FrameScanner.HEADER_BYTES, end);
    int nameEnd = portalEnd < 0 ? -1 : RequestRelay.endOfString(in, portalEnd + 1, end);
    return nameEnd < 0 ? NONE : new NameInMessage(portalEnd + 1, nameEnd);
  }

  /// In a Describe or Close.
  static NameInMessage ofTarget(ByteBuf in, int start, int frameBytes) {
    int nameStart = start + FrameScanner.HEADER_BYTES + 1;
    return new NameInMessage(
        nameStart, RequestRelay.endOfString(in, nameStart, start + frameBytes));
  }

  /// Whether a Describe or Close is about a statement, and not about a portal.
  static boolean targetsStatement(ByteBuf in, int start) {
    return in.getByte(start + FrameScanner.HEADER_BYTES) == 'S';
  }

  int bytes() {
    return end - start;
  }

  String in(ByteBuf message) {
    return message.toString(start, bytes(), StandardCharsets.UTF_8);
  }

  /// A name we do not know is the server's to refuse, unless it looks like one of ours.
  ///
  /// @return what to put in its place, or [#KEEP]
  byte[] harmless(ByteBuf in) {
    if (bytes() < PREFIX.length) {
      return KEEP;
    }
    for (int i = 0; i < PREFIX.length; i++) {
      if (in.getByte(start + i) != PREFIX[i]) {
        return KEEP;
      }
    }
    byte[] harmless = new byte[bytes()];
    in.getBytes(start, harmless);
    harmless[0] = '?';
    return harmless;
  }
}
