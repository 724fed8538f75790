package io.trunkline.bench.crooked.pool;

import java.sql.Connection;
import java.sql.SQLException;

final class AsksTheDatabase {
  void ask(Connection connection) throws SQLException {
    connection.commit();
  }
}
