package io.trunkline.proxy.authquery;

import io.trunkline.health.QueryRows;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.settings.Secret;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the row that `auth.query` returns: one to three columns, being the secret; name and
/// secret; name, secret and the seconds it still holds. (PgBouncer docs, `auth_query`: its two
/// columns are the second form.)
///
/// A row for another name than was asked for is refused: a query that folds or patterns names would
/// let one user in as another.
final class SecretRow {
  private static final int COLUMNS_MAX = 3;

  /// A third column longer than this is no number of seconds: numbers may be written so that they
  /// take forever to compute with.
  private static final int SECONDS_CHARS_MAX = 40;

  /// A century: what holds longer holds for good, and its nanoseconds fit a `long`.
  private static final BigDecimal SECONDS_MAX = BigDecimal.valueOf(3_000_000_000L);

  private SecretRow() {}

  static Answer read(QueryRows result, String user) {
    int columns = result.columns();
    if (columns < 1 || columns > COLUMNS_MAX) {
      return new Answer.Misconfigured(
          "the query returns %d columns, allowed are secret; name, secret; name, secret, seconds"
              .formatted(columns));
    }
    if (result.rows().isEmpty()) {
      return new Answer.Nobody();
    }
    if (result.rows().size() > 1) {
      return new Answer.Misconfigured("the query returns more than one row");
    }
    return read(result.rows().getFirst(), user);
  }

  private static Answer read(List<@Nullable String> row, String user) {
    String name = row.size() == 1 ? user : row.getFirst();
    String secret = row.get(row.size() == 1 ? 0 : 1);
    if (secret == null || secret.isEmpty()) {
      return new Answer.Nobody();
    }
    if (!user.equals(name)) {
      return new Answer.Misconfigured("the query returns the row of another user");
    }
    StoredSecret stored = StoredSecret.parse(Secret.of(secret));
    String seconds = row.size() == COLUMNS_MAX ? row.getLast() : null;
    return seconds == null ? new Answer.Known(stored, null) : limited(stored, seconds);
  }

  private static Answer limited(StoredSecret secret, String text) {
    BigDecimal seconds = number(text);
    if (seconds == null) {
      return new Answer.Misconfigured("the third column of the query's row is no number");
    }
    if (seconds.signum() <= 0) {
      return new Answer.Nobody();
    }
    return seconds.compareTo(SECONDS_MAX) >= 0
        ? new Answer.Known(secret, null)
        : new Answer.Known(secret, Duration.ofNanos(seconds.movePointRight(9).longValue()));
  }

  private static @Nullable BigDecimal number(String text) {
    try {
      return text.length() > SECONDS_CHARS_MAX ? null : new BigDecimal(text);
    } catch (NumberFormatException expected) { // any type may stand there
      return null;
    }
  }
}
