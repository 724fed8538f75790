package io.trunkline.proxy.console;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.BackendTag;
import io.trunkline.protocol.WireWriter;
import io.trunkline.protocol.message.Bind.Format;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Rows under columns, and how they are sent: RowDescription, and a DataRow for each row, in the
/// format each column is wanted in.
final class Table {
  private static final int NULL_LENGTH = -1;
  private static final int NO_TYPMOD = -1;

  private final Columns columns;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();

  Table(Columns columns) {
    this.columns = columns;
  }

  /// Adds a row: a value, or null, for each column.
  Table row(@Nullable Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(values.length + " values for " + columns);
    }
    rows.add(Collections.unmodifiableList(Arrays.asList(values)));
    return this;
  }

  Columns columns() {
    return columns;
  }

  List<List<@Nullable Object>> rows() {
    return Collections.unmodifiableList(rows);
  }

  int size() {
    return rows.size();
  }

  /// RowDescription (B).
  static void describe(ByteBuf out, Columns columns, IntFunction<Format> formats) {
    int mark = WireWriter.begin(out, BackendTag.ROW_DESCRIPTION);
    out.writeShort(columns.size());
    int index = 0;
    for (Columns.Column column : columns.all()) {
      WireWriter.writeString(out, column.name());
      out.writeInt(0).writeShort(0);
      out.writeInt(column.type().oid()).writeShort(column.type().length());
      out.writeInt(NO_TYPMOD).writeShort(formats.apply(index++) == Format.TEXT ? 0 : 1);
    }
    WireWriter.end(out, mark);
  }

  /// DataRow (B), for each row from `first` up to `end`.
  void send(ByteBuf out, int first, int end, IntFunction<Format> formats) {
    for (List<@Nullable Object> row : rows.subList(first, end)) {
      int mark = WireWriter.begin(out, BackendTag.DATA_ROW);
      out.writeShort(row.size());
      for (int i = 0; i < row.size(); i++) {
        Object value = row.get(i);
        if (value == null) {
          out.writeInt(NULL_LENGTH);
        } else {
          columns.all().get(i).type().write(out, value, formats.apply(i));
        }
      }
      WireWriter.end(out, mark);
    }
  }
}
