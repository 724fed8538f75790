package io.trunkline.proxy.rig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// All messages of one query cycle, up to and including ReadyForQuery.
public record Answer(List<Message> messages) {
  public List<List<String>> rows() {
    return messages.stream().filter(m -> m.tag() == 'D').map(Message::values).toList();
  }

  /// The columns of the first result.
  public Map<String, Integer> columns() {
    return messages.stream().filter(m -> m.tag() == 'T').findFirst().orElseThrow().columns();
  }

  /// Every row by the names of its columns.
  public List<Map<String, String>> records() {
    List<String> names = List.copyOf(columns().keySet());
    List<Map<String, String>> records = new ArrayList<>();
    for (List<String> row : rows()) {
      Map<String, String> record = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        record.put(names.get(i), row.get(i));
      }
      records.add(record);
    }
    return records;
  }

  /// The one value of the one row.
  public String value() {
    List<List<String>> rows = rows();
    if (rows.size() != 1 || rows.getFirst().size() != 1) {
      throw new AssertionError("expected one value, got " + this);
    }
    return rows.getFirst().getFirst();
  }

  /// The first column of every row.
  public List<String> column() {
    return rows().stream().map(List::getFirst).toList();
  }

  public Optional<Message> error() {
    return messages.stream().filter(Message::isError).findFirst();
  }

  /// The SQLSTATE of the first error, or 00000.
  public String sqlState() {
    return error().map(Message::sqlState).orElse("00000");
  }

  public List<String> commandTags() {
    return messages.stream().filter(m -> m.tag() == 'C').map(Message::commandTag).toList();
  }

  public List<String> notifications() {
    return messages.stream().filter(m -> m.tag() == 'A').map(Message::notification).toList();
  }

  public char status() {
    return messages.getLast().status();
  }

  /// The tags alone, such as `12DCZ`.
  public String tags() {
    return messages.stream().map(m -> String.valueOf(m.tag())).collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return messages.stream().map(Message::toString).collect(Collectors.joining("\n  ", "[", "]"));
  }
}
