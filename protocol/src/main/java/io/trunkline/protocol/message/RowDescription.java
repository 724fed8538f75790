package io.trunkline.protocol.message;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.WireReader;
import io.trunkline.protocol.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// RowDescription (B): `Byte1('T') Int32 Int16(columns)`, and for each column `String(name)
/// Int32(table) Int16(attribute) Int32(type) Int16(typlen) Int32(typmod) Int16(format)`.
///
/// Written for rows of our own, which are text and belong to no table; read for their names and
/// types.
public record RowDescription(List<Column> columns) implements BackendMessage {
  private static final int COLUMN_BYTES_MIN = 19;
  private static final int NO_TYPMOD = -1;

  /// A column: its name and its type, by OID and `pg_type.typlen`.
  public record Column(String name, int typeOid, short typeLength) {
    public static Column text(String name) {
      return new Column(name, 25, (short) -1);
    }

    public static Column int4(String name) {
      return new Column(name, 23, (short) 4);
    }

    public static Column int8(String name) {
      return new Column(name, 20, (short) 8);
    }
  }

  public RowDescription {
    columns = List.copyOf(columns);
  }

  public static RowDescription decode(ByteBuf body) {
    int count = WireReader.readCount16(body, COLUMN_BYTES_MIN);
    List<Column> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String name = WireReader.readString(body);
      WireReader.readInt32(body); // table
      WireReader.readUnsignedInt16(body); // attribute
      int typeOid = WireReader.readInt32(body);
      short typeLength = (short) WireReader.readUnsignedInt16(body);
      WireReader.readInt32(body); // typmod
      WireReader.readUnsignedInt16(body); // format
      columns.add(new Column(name, typeOid, typeLength));
    }
    return new RowDescription(columns);
  }

  @Override
  public void encode(ByteBuf out) {
    int mark = WireWriter.begin(out, BackendTag.ROW_DESCRIPTION);
    out.writeShort(columns.size());
    for (Column column : columns) {
      WireWriter.writeString(out, column.name());
      out.writeInt(0).writeShort(0);
      out.writeInt(column.typeOid()).writeShort(column.typeLength());
      out.writeInt(NO_TYPMOD).writeShort(0);
    }
    WireWriter.end(out, mark);
  }
}
