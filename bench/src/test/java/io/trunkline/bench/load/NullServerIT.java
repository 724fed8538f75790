package io.trunkline.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/// A real driver believes that the null server is one.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NullServerIT {
  private static EmbeddedServer postgres;
  private static Sockets sockets;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedServer.create(ServerOptions.newest());
    postgres.execute("CREATE ROLE probe LOGIN");
    sockets = Sockets.open();
    port = NullServer.start(sockets, new Bridge.To("probe", postgres.port())).port();
  }

  @AfterAll
  static void stop() throws Exception {
    sockets.loop().parent().shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    postgres.close();
  }

  private static Connection connect(String user, String mode) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/postgres?user=%s&preferQueryMode=%s&prepareThreshold=2"
            .formatted(port, user, mode));
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
  void answersQueriesInEveryModeOfTheDriver(String mode) throws SQLException {
    try (Connection connection = connect("bench", mode);
        PreparedStatement statement =
            connection.prepareStatement("SELECT abalance FROM accounts WHERE aid = ?")) {
      for (int i = 0; i < 5; i++) { // the driver names its statement the second time
        statement.setInt(1, i);
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt("abalance")).isZero();
          assertThat(rows.next()).isFalse();
        }
      }
    }
  }

  @Test
  void knowsWhetherATransactionIsOpen() throws SQLException {
    try (Connection connection = connect("bench", "extended")) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT 1");
        statement.execute("UPDATE accounts SET abalance = 1");
      }
      connection.commit();
      connection.setAutoCommit(true);
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void sendsAndTakesALot() throws Exception {
    try (Connection connection = connect("bench", "extended");
        Statement statement = connection.createStatement()) {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      StringWriter out = new StringWriter();

      assertThat(copy.copyOut("COPY (SELECT 1) TO STDOUT", out)).isPositive();
      assertThat(out.getBuffer().length())
          .isEqualTo(Requests.copyWrites() * 256 * Requests.ROW_BYTES);
      copy.copyIn("COPY bench_sink FROM STDIN", new StringReader("a\nb\n"));
      statement.execute("SELECT 1");
    }
  }

  @Test
  void passesACertainUserOnToTheRealServer() throws SQLException {
    try (Connection connection = connect("probe", "extended");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_user, pg_is_in_recovery()")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("probe");
      assertThat(row.getBoolean(2)).isFalse();
    }
  }
}
