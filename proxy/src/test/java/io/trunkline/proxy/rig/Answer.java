package io.trunkline.proxy.rig;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// All messages of one query cycle, up to and including ReadyForQuery.
public record Answer(List<Message> messages) {
  public List<List<String>> rows() {
    return messages.stream().filter(m -> m.tag() == 'D').map(Message::values).toList();
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
