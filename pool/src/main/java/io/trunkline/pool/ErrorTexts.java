package io.trunkline.pool;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.FrameScanner;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads single fields of an ErrorResponse in place: `Byte1('E') Int32 { Byte1(code) String }*
/// Byte1(0)`. A field that is missing or cut is simply not there.
public final class ErrorTexts {
  private ErrorTexts() {}

  /// One field's text; null when the message has none.
  public static @Nullable String field(ByteBuf in, int start, int frameBytes, char code) {
    int end = start + frameBytes;
    int at = start + FrameScanner.HEADER_BYTES;
    while (at < end && in.getByte(at) != 0) {
      int text = at + 1;
      int terminator = in.indexOf(text, end, (byte) 0);
      if (terminator < 0) {
        return null;
      }
      if (in.getByte(at) == code) {
        return in.toString(text, terminator - text, StandardCharsets.UTF_8);
      }
      at = terminator + 1;
    }
    return null;
  }

  /// SQLSTATE and message, for a log line.
  static String brief(ByteBuf in, int start, int frameBytes) {
    String sqlState = field(in, start, frameBytes, 'C');
    String message = field(in, start, frameBytes, 'M');
    return (sqlState == null ? "?????" : sqlState) + " " + (message == null ? "" : message);
  }

  /// Whether the server closes the connection behind this ErrorResponse.
  static boolean isLast(ByteBuf in, int start, int frameBytes) {
    String severity = field(in, start, frameBytes, 'V');
    return "FATAL".equals(severity) || "PANIC".equals(severity);
  }
}
