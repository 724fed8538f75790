package io.trunkline.proxy.authquery;

import io.trunkline.conf.LookupQuery;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.settings.Secret;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Runs `auth.query` over a connection and reads its row: one to three columns, being the secret;
/// name and secret; name, secret and the seconds it still holds. (PgBouncer docs, `auth_query`: its
/// two columns are the second form.)
///
/// A row for another name than was asked for is refused: a query that folds or patterns names would
/// let one user in as another.
final class SecretQuery {
  private static final int COLUMNS_MAX = 3;

  /// More than the ages of PostgreSQL need, less than nanoseconds in a `long` can count.
  private static final BigDecimal SECONDS_MAX = BigDecimal.valueOf(3_000_000_000L);

  private final LookupQuery query;

  SecretQuery(LookupQuery query) {
    this.query = query;
  }

  Answer ask(Connection connection, String user) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query.jdbc())) {
      statement.setMaxRows(2); // the second only to see that there is one
      for (int i = 1; i <= query.parameters(); i++) {
        statement.setString(i, user);
      }
      if (!statement.execute()) {
        return new Answer.Misconfigured("the query returns no rows, it is no SELECT");
      }
      try (ResultSet rows = statement.getResultSet()) {
        return read(rows, user);
      }
    }
  }

  private static Answer read(ResultSet rows, String user) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    if (columns < 1 || columns > COLUMNS_MAX) {
      return new Answer.Misconfigured(
          "the query returns %d columns, allowed are secret; name, secret; name, secret, seconds"
              .formatted(columns));
    }
    if (!rows.next()) {
      return new Answer.Nobody();
    }
    String name = columns == 1 ? user : rows.getString(1);
    String secret = rows.getString(columns == 1 ? 1 : 2);
    BigDecimal seconds = null;
    if (columns == COLUMNS_MAX && rows.getString(COLUMNS_MAX) != null) {
      seconds = seconds(rows.getString(COLUMNS_MAX));
      if (seconds == null) {
        return new Answer.Misconfigured("the third column of the query's row is no number");
      }
    }
    if (rows.next()) {
      return new Answer.Misconfigured("the query returns more than one row");
    }
    if (secret == null || secret.isEmpty()) {
      return new Answer.Nobody();
    }
    if (!user.equals(name)) {
      return new Answer.Misconfigured("the query returns the row of another user");
    }
    return answer(Secret.of(secret), seconds);
  }

  private static @Nullable BigDecimal seconds(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException expected) { // any type may stand there
      return null;
    }
  }

  private static Answer answer(Secret secret, @Nullable BigDecimal seconds) {
    StoredSecret stored = StoredSecret.parse(secret);
    if (seconds == null || seconds.compareTo(SECONDS_MAX) >= 0) {
      return new Answer.Known(stored, null);
    }
    return seconds.signum() <= 0
        ? new Answer.Nobody()
        : new Answer.Known(stored, Duration.ofNanos(seconds.movePointRight(9).longValue()));
  }
}
