package io.trunkline.lab;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/// Connections to servers and proxies, none of which waits for ever.
final class Postgres {
  private Postgres() {}

  /// As the application.
  static Connection app(String host, int port) throws SQLException {
    return connect(host, port, "app", "app", "app");
  }

  /// As the superuser of a data node.
  static Connection superuser(String host, String database) throws SQLException {
    return connect(host, 5432, database, "postgres", "postgres");
  }

  static Connection connect(String host, int port, String database, String user, String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("loginTimeout", "40");
    properties.setProperty("socketTimeout", "40");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(host, port, database), properties);
  }

  /// The first column of the first row.
  static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
