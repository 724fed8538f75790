package io.trunkline.bench.demo;

import io.trunkline.protocol.NanoTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client as applications are: it keeps a connection, runs small queries, and after an error
/// connects again and repeats the query. Runs on a thread of its own until it is closed.
final class DemoClient implements AutoCloseable {
  private static final long PACE_MILLIS = 20;
  private static final long RETRY_MILLIS = 100;

  private final int number;
  private final String url;
  private final String sql;
  private final ClientTally tally;
  private final NanoTime clock;
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable Connection connection;

  private DemoClient(Order order, ClientTally tally, NanoTime clock) {
    this.number = order.number();
    this.url = "jdbc:postgresql://127.0.0.1:%d/app".formatted(order.port());
    this.sql = order.sql();
    this.tally = tally;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name(order.name()).unstarted(this::run);
  }

  /// What a client does.
  ///
  /// @param sql returns, in its first column, the port of the server that ran it
  record Order(String name, int number, int port, String sql) {}

  static DemoClient start(Order order, ClientTally tally, NanoTime clock) {
    DemoClient client = new DemoClient(order, tally, clock);
    client.thread.start();
    return client;
  }

  private void run() {
    try {
      while (!closed) {
        askUntilAnswered();
        TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
      }
    } catch (InterruptedException expected) { // by close: the end of this client
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  private void askUntilAnswered() throws InterruptedException {
    while (!closed) {
      try {
        tally.answered(number, ask(), clock.now());
        return;
      } catch (SQLException e) {
        if (closed) {
          return;
        }
        tally.failed(sqlState(e), text(e));
        disconnect();
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  private int ask() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = connect();
      connection = open;
    }
    try (PreparedStatement statement = open.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "app");
    properties.setProperty("password", "app");
    properties.setProperty("ApplicationName", "demo");
    return DriverManager.getConnection(url, properties);
  }

  private void disconnect() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException expected) {
        // It is given up because it is broken.
      }
    }
  }

  private static String sqlState(SQLException e) {
    String state = e.getSQLState();
    return state == null ? "no SQLSTATE" : state;
  }

  private static String text(SQLException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
