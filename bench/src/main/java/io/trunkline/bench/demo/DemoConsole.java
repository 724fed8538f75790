package io.trunkline.bench.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/// The proxy's console as an operator uses it. Pausing a database before its primary changes hands
/// spares its clients the error: they wait instead.
final class DemoConsole {
  private final String url;
  private final Duration patience;

  /// @param port of the proxy
  /// @param patience how long to wait for the end of transactions
  DemoConsole(int port, Duration patience) {
    this.url = "jdbc:postgresql://127.0.0.1:%d/trunkline".formatted(port);
    this.patience = patience;
  }

  /// Clients get no server from now on; none has one when this returns.
  ///
  /// @throws SQLException when transactions went on for too long; nothing is paused then
  void pause() throws SQLException {
    execute("PAUSE app");
  }

  /// Clients get servers again.
  void resume() throws SQLException {
    execute("RESUME app");
  }

  /// A query timeout is a cancel request, which ends a pause.
  private void execute(String command) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "admin", "admin");
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(Math.toIntExact(patience.toSeconds()));
      statement.execute(command);
    }
  }
}
