package io.trunkline.health;

import io.trunkline.settings.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/// One command to the console of a running instance, on a connection of its own. Blocking.
///
/// @param place where it listens, as in a URL: `host:port`
/// @param database a name of the console
/// @param timeout how long the whole may take, in full seconds
public record ConsoleCall(
    String place, String database, String user, Secret password, Duration timeout) {

  /// Runs the command.
  ///
  /// @throws Failed when that could not be done
  public void execute(String command) throws Failed {
    String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
    Properties login = new Properties();
    login.setProperty("user", user);
    login.setProperty("password", password.reveal());
    login.setProperty("preferQueryMode", "simple");
    login.setProperty("loginTimeout", seconds);
    login.setProperty("socketTimeout", seconds);
    String url = "jdbc:postgresql://%s/%s".formatted(place, database);
    try (Connection connection = DriverManager.getConnection(url, login);
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    } catch (SQLException e) {
      throw new Failed(String.valueOf(e.getMessage()));
    }
  }

  /// Why a command was not run.
  public static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String reason) {
      super(reason);
    }
  }
}
