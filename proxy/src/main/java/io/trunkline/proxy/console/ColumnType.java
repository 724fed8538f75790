package io.trunkline.proxy.console;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.WireText;
import io.trunkline.protocol.message.Bind.Format;

/// The types the console's columns have, by their OIDs and lengths in `pg_type`, and how a value of
/// each is written in either format. PostgreSQL docs, "Formats and Format Codes".
enum ColumnType {
  TEXT(25, -1),
  INT4(23, 4),
  INT8(20, 8),

  /// Only ever null here.
  BYTEA(17, -1),

  /// Whole numbers only.
  NUMERIC(1700, -1);

  private static final int NUMERIC_BASE = 10_000;
  private static final int NUMERIC_NEGATIVE = 0x4000;

  private final int oid;
  private final int length;

  ColumnType(int oid, int length) {
    this.oid = oid;
    this.length = length;
  }

  int oid() {
    return oid;
  }

  int length() {
    return length;
  }

  /// Writes the length of a value and the value.
  void write(ByteBuf out, Object value, Format format) {
    int mark = out.writerIndex();
    out.writeInt(0);
    if (format == Format.TEXT || this == TEXT) {
      out.writeBytes(WireText.encode(value.toString()));
    } else {
      writeBinary(out, ((Number) value).longValue());
    }
    out.setInt(mark, out.writerIndex() - mark - Integer.BYTES);
  }

  private void writeBinary(ByteBuf out, long value) {
    switch (this) {
      case INT4 -> out.writeInt(Math.toIntExact(value));
      case INT8 -> out.writeLong(value);
      case NUMERIC -> writeNumeric(out, value);
      case TEXT, BYTEA -> throw new IllegalStateException("no number: " + this);
    }
  }

  /// As `numeric_send` does: digits to the base of 10000, the weight of the first, sign, scale.
  private static void writeNumeric(ByteBuf out, long value) {
    int digits = 0;
    for (long rest = value; rest != 0; rest /= NUMERIC_BASE) {
      digits++;
    }
    out.writeShort(digits).writeShort(Math.max(digits - 1, 0));
    out.writeShort(value < 0 ? NUMERIC_NEGATIVE : 0).writeShort(0);
    int first = out.writerIndex();
    out.writeZero(digits * Short.BYTES);
    long rest = value;
    for (int i = digits - 1; i >= 0; i--) {
      out.setShort(first + i * Short.BYTES, (int) Math.abs(rest % NUMERIC_BASE));
      rest /= NUMERIC_BASE;
    }
  }
}
