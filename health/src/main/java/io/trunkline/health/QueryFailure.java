package io.trunkline.health;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A query was not answered.
public final class QueryFailure extends Exception {
  private final @Nullable String sqlState;

  public QueryFailure(@Nullable String sqlState, String message) {
    super(message);
    this.sqlState = sqlState;
  }

  static QueryFailure of(SQLException failure) {
    return new QueryFailure(failure.getSQLState(), ProbeFailure.readable(failure.getMessage()));
  }

  /// What the server or the driver said; null when neither did.
  public @Nullable String sqlState() {
    return sqlState;
  }
}
