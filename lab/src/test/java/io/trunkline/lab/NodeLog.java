package io.trunkline.lab;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;

/// The log of Patroni and PostgreSQL on a node. All nodes share one clock, that of their host.
final class NodeLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
  private static final int TIME_CHARS = 23;

  private NodeLog() {}

  /// When lines with this text were written, in order.
  static Stream<Instant> times(DataNode node, String text) {
    return node.attempt("grep", "-a", text, "/var/log/lab/patroni.log")
        .getStdout()
        .lines()
        .map(NodeLog::time);
  }

  /// PostgreSQL writes a full stop before the milliseconds, Patroni a comma.
  private static Instant time(String line) {
    String time = line.substring(0, TIME_CHARS).replace(',', '.');
    return LocalDateTime.parse(time, TIME).toInstant(ZoneOffset.UTC);
  }
}
