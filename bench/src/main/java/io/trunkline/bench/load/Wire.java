package io.trunkline.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// Messages that are made once and sent many times.
final class Wire {
  private final ByteBuf out = Unpooled.directBuffer();

  /// @param body its characters being bytes
  Wire message(char tag, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    out.writeByte(tag).writeInt(Integer.BYTES + bytes.length).writeBytes(bytes);
    return this;
  }

  /// The same once more, `times` altogether.
  Wire times(int times) {
    ByteBuf one = out.copy();
    for (int i = 1; i < times; i++) {
      out.writeBytes(one, 0, one.readableBytes());
    }
    one.release();
    return this;
  }

  /// All of it; may be sent as often as wanted with [#again].
  ByteBuf whole() {
    return Unpooled.unreleasableBuffer(out.asReadOnly());
  }

  static ByteBuf again(ByteBuf whole) {
    return whole.duplicate();
  }

  /// A 16 bit number as the characters of a body.
  static String int16(int number) {
    return "" + (char) (number >> 8 & 0xff) + (char) (number & 0xff);
  }

  static String int32(int number) {
    return int16(number >>> 16) + int16(number & 0xffff);
  }
}
