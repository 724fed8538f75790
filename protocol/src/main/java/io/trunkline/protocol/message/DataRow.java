package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.WireText;
import io.trunkline.protocol.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// DataRow (B): `Byte1('D') Int32 Int16(columns) (Int32(length) Byten(value))*`, a length of -1 for
/// NULL. The values are in text format: rows of the console, answers to questions of our own.
public record DataRow(List<@Nullable String> values) implements BackendMessage {
  private static final int NULL_LENGTH = -1;

  public DataRow {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  public static DataRow of(@Nullable String... values) {
    return new DataRow(Arrays.asList(values));
  }

  public static DataRow decode(ByteBuf body) {
    int count = WireReader.readCount16(body, Integer.BYTES);
    List<@Nullable String> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = WireReader.readInt32(body);
      values.add(length == NULL_LENGTH ? null : WireReader.readText(body, length));
    }
    return new DataRow(values);
  }

  @Override
  public void encode(ByteBuf out) {
    int mark = WireWriter.begin(out, BackendTag.DATA_ROW);
    out.writeShort(values.size());
    for (@Nullable String value : values) {
      if (value == null) {
        out.writeInt(NULL_LENGTH);
      } else {
        byte[] bytes = WireText.encode(value);
        out.writeInt(bytes.length).writeBytes(bytes);
      }
    }
    WireWriter.end(out, mark);
  }
}
