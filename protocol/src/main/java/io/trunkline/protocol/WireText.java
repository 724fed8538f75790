package io.trunkline.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// The bytes of a protocol String as a Java string, and back, without loss.
///
/// A protocol String has no known encoding before a session's `client_encoding` is settled, and may
/// be LATIN1 or SJIS after that. Nearly always it is UTF-8, and a name has to equal the same name
/// in a configuration file. So UTF-8 is read as UTF-8, and every byte `0xNN` that is not part of it
/// becomes the lone surrogate `U+DCNN`, which no UTF-8 text contains; writing turns it back into
/// the byte. What was read is written as it was, whatever it was. (The idea is Python's PEP 383.)
public final class WireText {
  private static final char ESCAPE = 0xDC00;
  private static final int BYTE_MAX = 0xFF;

  private WireText() {}

  public static String decode(byte[] bytes) {
    CharsetDecoder utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length); // a byte never makes more than one char
    CoderResult result = utf8.decode(in, out, true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE | (in.get() & BYTE_MAX)));
      }
      utf8.reset();
      result = utf8.decode(in, out, true);
    }
    return out.flip().toString();
  }

  public static byte[] encode(String text) {
    if (isUtf8(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
    text.codePoints()
        .forEach(codePoint -> {
          if (isEscape(codePoint)) {
            out.write(codePoint & BYTE_MAX);
          } else {
            out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
          }
        });
    return out.toByteArray();
  }

  /// Whether the bytes this text was read from are UTF-8.
  public static boolean isUtf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return text.codePoints().noneMatch(WireText::isEscape);
      }
    }
    return true;
  }

  private static boolean isEscape(int codePoint) {
    return codePoint >= ESCAPE && codePoint <= (ESCAPE | BYTE_MAX);
  }
}
