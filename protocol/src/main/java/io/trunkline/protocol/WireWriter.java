package io.trunkline.protocol;

import io.netty.buffer.ByteBuf;

/// Writes the types of PostgreSQL docs, "Message Data Types", and the frame around them.
public final class WireWriter {
  private WireWriter() {}

  /// Begins a frame: the tag and room for the length, which [#end] fills in.
  ///
  /// @return the mark [#end] wants
  public static int begin(ByteBuf out, byte tag) {
    out.writeByte(tag);
    return beginTagless(out);
  }

  /// Begins a packet of the startup phase, which has no tag.
  ///
  /// @return the mark [#end] wants
  public static int beginTagless(ByteBuf out) {
    int mark = out.writerIndex();
    out.writeInt(0);
    return mark;
  }

  /// Ends a frame: its length counts itself and all that follows, not the tag.
  public static void end(ByteBuf out, int mark) {
    out.setInt(mark, out.writerIndex() - mark);
  }

  /// A message of a tag alone.
  public static void writeEmpty(ByteBuf out, byte tag) {
    out.writeByte(tag).writeInt(Integer.BYTES);
  }

  /// A String and its zero byte.
  ///
  /// @throws IllegalArgumentException when the text contains U+0000, which would end it early
  public static void writeString(ByteBuf out, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a protocol String cannot hold U+0000");
    }
    out.writeBytes(WireText.encode(text)).writeByte(0);
  }

  /// A text without an end mark, for the last field of a message.
  public static void writeText(ByteBuf out, String text) {
    out.writeBytes(WireText.encode(text));
  }
}
