package io.trunkline.proxy.drivers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;

/// Other clients that begin and end transactions, so that a pool must deal its servers anew; and
/// the shorthands of the JDBC checks.
final class JdbcCrowd implements AutoCloseable {
  private static final int SIZE = 3;

  private final Random random = new Random(42);
  private final List<Connection> connections = new ArrayList<>();
  private final List<Connection> open = new ArrayList<>();

  JdbcCrowd(Target target) throws SQLException {
    for (int i = 0; i < SIZE; i++) {
      Connection connection = connect(target);
      connection.setAutoCommit(false);
      connections.add(connection);
    }
  }

  /// Begins a transaction on one of the connections, or ends the one it is in.
  void shift() throws SQLException {
    Connection connection = connections.get(random.nextInt(SIZE));
    if (open.remove(connection)) {
      connection.commit();
    } else {
      execute(connection, "select 1");
      open.add(connection);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }

  /// Connects with the driver's defaults but for these properties, by name and value.
  static Connection connect(Target target, String... properties) throws SQLException {
    Properties all = new Properties();
    all.setProperty("user", target.user());
    all.setProperty("password", target.password());
    for (int i = 0; i < properties.length; i += 2) {
      all.setProperty(properties[i], properties[i + 1]);
    }
    return DriverManager.getConnection(target.jdbcUrl(), all);
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The only value of the only row.
  static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
