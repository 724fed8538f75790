package io.trunkline.lab;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/// How long after a server was promoted the first client wrote there, by the server's own clock:
/// from its log and from what the rows say.
final class Promotion {
  private static final String DONE = "archive recovery complete";
  private static final DateTimeFormatter LOG_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
  private static final int LOG_TIME_CHARS = 23;

  private Promotion() {}

  /// Empty when it was not promoted since, or nothing was written there after.
  ///
  /// @param first the lowest number of the rows that count
  static Optional<Duration> firstWriteAfter(DataNode leader, Instant since, long first)
      throws SQLException {
    Optional<Instant> promoted = lastPromotion(leader).filter(since::isBefore);
    if (promoted.isEmpty()) {
      return Optional.empty();
    }
    try (Connection connection = Postgres.superuser(leader.address(), "app")) {
      String millis =
          Postgres.ask(
              connection,
              """
              SELECT floor(extract(epoch FROM min(at) - timestamptz '%s') * 1000)
              FROM writes WHERE id >= %d AND server = inet '%s' AND at > '%s'
              """
                  .formatted(promoted.get(), first, leader.address(), promoted.get()));
      return Optional.ofNullable(millis).map(Long::parseLong).map(Duration::ofMillis);
    }
  }

  private static Optional<Instant> lastPromotion(DataNode node) {
    List<String> lines =
        node.attempt("grep", "-a", DONE, "/var/log/lab/patroni.log").getStdout().lines().toList();
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(
            LocalDateTime.parse(lines.getLast().substring(0, LOG_TIME_CHARS), LOG_TIME)
                .toInstant(ZoneOffset.UTC));
  }
}
