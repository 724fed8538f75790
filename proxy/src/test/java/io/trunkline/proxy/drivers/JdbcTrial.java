package io.trunkline.proxy.drivers;

import static io.trunkline.proxy.drivers.JdbcCrowd.connect;
import static io.trunkline.proxy.drivers.JdbcCrowd.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.postgresql.util.DriverInfo;

/// pgjdbc: extended protocol; a statement used five times becomes the server's, named `S_1`, `S_2`,
/// … on every connection alike, and speaks binary from then on. `BEGIN` goes out as a statement of
/// its own together with the first query.
///
/// [JdbcStatementChecks] are those of statements and results, [JdbcSessionChecks] those of state
/// that outlives a transaction.
final class JdbcTrial implements Trial {

  @Override
  public String name() {
    return "pgjdbc";
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public List<Fact> run(Target target) throws IOException, InterruptedException {
    String schema = "t_pgjdbc_" + UUID.randomUUID().toString().substring(0, 8);
    Checks checks = new Checks(target.mode(), "pgjdbc " + DriverInfo.DRIVER_VERSION);
    new JdbcStatementChecks(target, schema).register(checks);
    new JdbcSessionChecks(target, schema, checks).register();
    try {
      inSchema(target, "create schema " + schema);
      return checks.run();
    } catch (SQLException e) {
      throw new IOException("cannot prepare the trial: " + e.getMessage(), e);
    } finally {
      drop(target, schema);
    }
  }

  private static void drop(Target target, String schema) throws IOException {
    try {
      inSchema(target, "drop schema if exists " + schema + " cascade");
    } catch (SQLException e) {
      throw new IOException("cannot clean up after the trial: " + e.getMessage(), e);
    }
  }

  private static void inSchema(Target target, String sql) throws SQLException {
    if (target.mode() != Mode.REPLICA) {
      try (Connection connection = connect(target)) {
        execute(connection, sql);
      }
    }
  }

  /// Wants exactly this SQLSTATE.
  static void raises(String sqlState, ThrowingCallable statement) {
    assertThatThrownBy(statement)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).as("%s", e).isEqualTo(sqlState));
  }
}
