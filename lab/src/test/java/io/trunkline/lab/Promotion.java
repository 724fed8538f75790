package io.trunkline.lab;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How long after a server was promoted the first client wrote there, by the server's own clock:
/// from its log and from what the rows say.
final class Promotion {
  private static final String DONE = "archive recovery complete";

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
    return NodeLog.times(node, DONE).reduce((_, later) -> later);
  }
}
