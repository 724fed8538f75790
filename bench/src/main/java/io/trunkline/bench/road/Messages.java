package io.trunkline.bench.road;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// What a driver and a server say to each other for one small query.
final class Messages {
  private Messages() {}

  /// Parse, Bind, Describe, Execute, Sync for a named statement.
  static ByteBuf extendedQuery() {
    ByteBuf out = Unpooled.directBuffer();
    message(out, 'B', "\0statement\0\0\0\0\1\0\0\0\5value\0\0");
    message(out, 'D', "P\0");
    message(out, 'E', "\0\0\0\0\0");
    return message(out, 'S', "");
  }

  /// BindComplete, RowDescription, ten rows, CommandComplete, ReadyForQuery.
  static ByteBuf tenRows() {
    ByteBuf out = Unpooled.directBuffer();
    message(out, '2', "");
    message(out, 'T', "\0\1abalance\0\0\0\0\0\0\0\0\0\0\27\0\4\377\377\377\377\0\0");
    for (int row = 0; row < 10; row++) {
      message(out, 'D', "\0\1\0\0\0\01012345678");
    }
    message(out, 'C', "SELECT 10\0");
    return message(out, 'Z', "I");
  }

  private static ByteBuf message(ByteBuf out, char tag, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    return out.writeByte(tag).writeInt(4 + bytes.length).writeBytes(bytes);
  }
}
