package io.trunkline.proxy.console;

import java.util.ArrayList;
import java.util.List;

/// The columns of a result, in order: `Columns.of().text("name").int4("port")`. Immutable.
record Columns(List<Column> all) {

  /// A column's name and type.
  record Column(String name, ColumnType type) {}

  Columns {
    all = List.copyOf(all);
  }

  static Columns of() {
    return new Columns(List.of());
  }

  Columns text(String... names) {
    return and(ColumnType.TEXT, names);
  }

  Columns int4(String... names) {
    return and(ColumnType.INT4, names);
  }

  Columns int8(String... names) {
    return and(ColumnType.INT8, names);
  }

  Columns numeric(String... names) {
    return and(ColumnType.NUMERIC, names);
  }

  Columns bytea(String... names) {
    return and(ColumnType.BYTEA, names);
  }

  private Columns and(ColumnType type, String... names) {
    List<Column> more = new ArrayList<>(all);
    for (String name : names) {
      more.add(new Column(name, type));
    }
    return new Columns(more);
  }

  int size() {
    return all.size();
  }
}
