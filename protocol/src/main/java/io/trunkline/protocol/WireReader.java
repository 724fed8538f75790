package io.trunkline.protocol;

import io.netty.buffer.ByteBuf;

/// Reads the types of PostgreSQL docs, "Message Data Types", from the body of one complete message.
/// Each reader checks that its bytes are there and throws [ProtocolViolation] when they are not, so
/// that no decoder depends on what the sender claims.
public final class WireReader {
  private WireReader() {}

  public static byte readByte(ByteBuf in) {
    require(in, Byte.BYTES);
    return in.readByte();
  }

  public static int readInt32(ByteBuf in) {
    require(in, Integer.BYTES);
    return in.readInt();
  }

  /// An Int16 that counts or names something: 0 to 65535, as PostgreSQL reads it.
  public static int readUnsignedInt16(ByteBuf in) {
    require(in, Short.BYTES);
    return in.readUnsignedShort();
  }

  /// An Int16 count of elements of at least `elementBytes` each, which must fit the rest of the
  /// message: so a count can be trusted to size a list.
  public static int readCount16(ByteBuf in, int elementBytes) {
    return fitting(in, readUnsignedInt16(in), elementBytes);
  }

  /// As [#readCount16], for an Int32.
  public static int readCount32(ByteBuf in, int elementBytes) {
    return fitting(in, readInt32(in), elementBytes);
  }

  private static int fitting(ByteBuf in, int count, int elementBytes) {
    if (count < 0 || (long) count * elementBytes > in.readableBytes()) {
      throw new ProtocolViolation(
          "count %d does not fit the %d bytes left in message"
              .formatted(count, in.readableBytes()));
    }
    return count;
  }

  /// A String: the bytes up to a zero byte, which is consumed. [WireText] says how they are read.
  public static String readString(ByteBuf in) {
    int length = in.bytesBefore((byte) 0);
    if (length < 0) {
      throw new ProtocolViolation("invalid string in message");
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes).skipBytes(1);
    return WireText.decode(bytes);
  }

  /// A text of known length, which may contain anything.
  public static String readText(ByteBuf in, int length) {
    require(in, length);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return WireText.decode(bytes);
  }

  public static Bytes readBytes(ByteBuf in, int length) {
    require(in, length);
    return Bytes.read(in, length);
  }

  /// Refuses bytes behind the last field.
  public static void requireEnd(ByteBuf in) {
    if (in.isReadable()) {
      throw new ProtocolViolation(
          "invalid message format: %d bytes too many".formatted(in.readableBytes()));
    }
  }

  /// A tag as it may be printed: `'Q'`, or `0x07` when it is no ASCII letter, digit or sign.
  public static String quote(byte tag) {
    return tag > ' ' && tag < 0x7F ? "'" + (char) tag + "'" : "0x%02x".formatted(tag);
  }

  private static void require(ByteBuf in, int bytes) {
    if (bytes < 0 || in.readableBytes() < bytes) {
      throw new ProtocolViolation(
          "insufficient data left in message: %d bytes wanted, %d there"
              .formatted(bytes, in.readableBytes()));
    }
  }
}
