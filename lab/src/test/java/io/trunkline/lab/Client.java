package io.trunkline.lab;

import java.sql.Connection;
import java.sql.SQLException;

/// What one client does again and again.
interface Client {
  int port();

  Tally tally();

  void work(Connection connection) throws SQLException;
}
