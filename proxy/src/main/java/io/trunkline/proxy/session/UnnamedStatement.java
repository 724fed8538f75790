package io.trunkline.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.EventLoopConfined;
import io.trunkline.protocol.FrameScanner;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Hot path. The unnamed prepared statement of one client: its Parse message as it was sent, so
/// that it can be sent again to the next server. The buffer is reused, for most clients prepare one
/// with every query.
@EventLoopConfined
final class UnnamedStatement {
  private static final int KEEP_BYTES_MAX = 4 * 1024;
  private static final byte[] NOTHING = {};

  private byte[] parse = NOTHING;
  private int parseBytes;
  private int effects;

  /// The client's name of the statement that this one deallocates; null for none of the client's.
  private byte @Nullable [] deallocated;

  /// Counts the unnamed statements of this client: tells one on a server from the next.
  private long serial;

  /// Takes the place of the one before.
  void remember(ByteBuf in, int start, int frameBytes, int itsEffects) {
    if (parse.length < frameBytes || parse.length > KEEP_BYTES_MAX) {
      parse = new byte[Math.max(frameBytes, 128)];
    }
    in.getBytes(start, parse, 0, frameBytes);
    parseBytes = frameBytes;
    effects = itsEffects;
    deallocated = null;
    serial++;
  }

  /// It deallocates this statement of the client.
  void deallocates(byte[] name) {
    deallocated = name;
  }

  byte @Nullable [] deallocated() {
    return deallocated;
  }

  void forget() {
    parseBytes = 0;
    effects = 0;
    deallocated = null;
    if (parse.length > KEEP_BYTES_MAX) {
      parse = NOTHING;
    }
  }

  /// Another one takes its place which is not remembered here.
  void renew() {
    serial++;
  }

  boolean isKnown() {
    return parseBytes > 0;
  }

  long serial() {
    return serial;
  }

  int effects() {
    return effects;
  }

  void encodeParse(ByteBuf out) {
    out.writeBytes(parse, 0, parseBytes);
  }

  /// The message itself: tag, length, empty name, query text, types.
  byte[] message() {
    return parse;
  }

  int messageBytes() {
    return parseBytes;
  }

  /// Its text; empty when it is not known.
  String text() {
    int start = FrameScanner.HEADER_BYTES + 1; // behind the terminator of the empty name
    ByteBuf message = Unpooled.wrappedBuffer(parse, 0, parseBytes);
    int end = RequestRelay.endOfString(message, start, parseBytes);
    return end < 0 ? "" : message.toString(start, end - start, StandardCharsets.UTF_8);
  }
}
