package io.trunkline.proxy.console;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.Surroundings;
import io.trunkline.proxy.ProxyServer;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Postgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A proxy with a console, in front of a real PostgreSQL, and how the tests ask it.
final class House implements AutoCloseable {
  private final Postgres postgres = Postgres.shared();
  private final ProxyServer proxy;

  House(int poolSize) {
    Endpoint server = postgres.app();
    String yaml = yaml(server, poolSize);
    proxy =
        switch (new ConfigFile(Surroundings.ofProcess()).readText(Path.of("test.yml"), yaml)) {
          case ConfigResult.Ok(var config) -> ProxyServer.start(config);
          case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
        };
  }

  private static String yaml(Endpoint server, int poolSize) {
    return """
    listeners: [{ address: 127.0.0.1, port: 0, role: primary, pool_mode: transaction }]
    clusters:
      main:
        members: [{ name: one, address: '%s:%d' }]
        probe: { user: probe, password: probe, database: postgres }
    databases: { app: {}, other: { dbname: app, pool: { size: 3 } } }
    users: { app: { password: app }, postgres: { password: postgres } }
    admin:
      users:
        admin: { password: admin, role: admin }
        stats: { password: stats }
    pool: { size: %d }
    runtime: { event_loops: 3 }
    """
        .formatted(server.host(), server.port(), poolSize);
  }

  private int port() {
    return proxy.bound().getFirst().address().getPort();
  }

  /// A client of the database.
  Endpoint app() {
    return postgres.app().onPort(port());
  }

  /// A guest of the console.
  Endpoint console(String user) {
    return new Endpoint("127.0.0.1", port(), user, user, "trunkline");
  }

  Connection jdbc(String database, String user, String more) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?%s".formatted(port(), database, more), user, user);
  }

  /// What a SHOW says to an admin, each row by its columns' names.
  List<Map<String, String>> show(String what) throws SQLException {
    try (Connection console = jdbc("trunkline", "admin", "preferQueryMode=simple");
        var statement = console.createStatement();
        ResultSet rows = statement.executeQuery("SHOW " + what)) {
      return rows(rows);
    }
  }

  static List<Map<String, String>> rows(ResultSet rows) throws SQLException {
    List<Map<String, String>> all = new ArrayList<>();
    while (rows.next()) {
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        row.put(rows.getMetaData().getColumnName(i), rows.getString(i));
      }
      all.add(row);
    }
    return all;
  }

  /// Fails unless the proxy ends by itself.
  void awaitStop(Duration atMost) throws InterruptedException {
    Thread stopped =
        Thread.ofVirtual()
            .start(() -> {
              try {
                proxy.awaitStop();
              } catch (InterruptedException expected) {
                Thread.currentThread().interrupt();
              }
            });
    if (!stopped.join(atMost)) {
      throw new AssertionError("the proxy is still running");
    }
  }

  @Override
  public void close() {
    proxy.close();
  }
}
