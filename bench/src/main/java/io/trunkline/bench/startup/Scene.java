package io.trunkline.bench.startup;

import io.trunkline.bench.load.LoadOrder;
import io.trunkline.bench.load.Work;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.Ports;
import io.trunkline.embedded.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/// A PostgreSQL server that asks for passwords, and the configuration of a proxy before it.
final class Scene implements AutoCloseable {
  /// More than a pool has servers.
  private static final int CLIENTS = 32;

  /// Of the superuser.
  private static final String PASSWORD = ServerOptions.newest().password().reveal();

  private final EmbeddedServer server;
  private final Path directory;
  private final int port;

  private Scene(EmbeddedServer server, Path directory, int port) {
    this.server = server;
    this.directory = directory;
    this.port = port;
  }

  static Scene set() throws IOException {
    EmbeddedServer server =
        EmbeddedServer.create(
            ServerOptions.newest().hba("host all all 127.0.0.1/32 scram-sha-256"));
    Path directory = Files.createTempDirectory("trunkline-startup-");
    Scene scene = new Scene(server, directory, Ports.free());
    Files.writeString(scene.configuration(), scene.text());
    return scene;
  }

  private String text() {
    return """
    listeners:
      - {address: 127.0.0.1, port: %d, role: primary}
    clusters:
      main:
        members: ["%s"]
        probe: {user: postgres, password: "%s"}
    users:
      postgres: {password: "%s"}
    admin:
      users:
        admin: {password: admin, role: admin}
    """
        .formatted(port, server.address(), PASSWORD, PASSWORD);
  }

  /// The file for `./trunkline run`.
  Path configuration() {
    return directory.resolve("trunkline.yml");
  }

  /// Where the program that is looked at writes.
  Path log() {
    return directory.resolve("proxy.log");
  }

  /// A client's connection to the proxy.
  Connection connect() throws SQLException {
    return connect(port, "postgres", "postgres", PASSWORD);
  }

  /// One to the proxy's console.
  Connection connectToConsole() throws SQLException {
    return connect(port, "trunkline", "admin", "admin");
  }

  /// One to the server itself.
  Connection connectToServer() throws SQLException {
    return connect(server.port(), "postgres", "postgres", PASSWORD);
  }

  /// What the load generator asks for.
  void createTables() throws SQLException {
    server.execute("CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, abalance int)");
  }

  /// Clients of the proxy that do this for a while.
  LoadOrder load(Work work, Duration time) {
    var login = new LoadOrder.Login("postgres", PASSWORD, "postgres");
    return new LoadOrder(
        port, login, false, work, CLIENTS, 1, 0, 0, false, Duration.ofMillis(1), time);
  }

  private static Connection connect(int port, String database, String user, String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), properties);
  }

  @Override
  public void close() throws IOException {
    try {
      server.close();
    } finally {
      Files.deleteIfExists(configuration());
      Files.deleteIfExists(log());
      Files.deleteIfExists(log().resolveSibling("load.log"));
      Files.deleteIfExists(directory);
    }
  }
}
