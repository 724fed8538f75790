package io.trunkline.proxy.console;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.Surroundings;
import io.trunkline.protocol.NanoTime;
import io.trunkline.proxy.ProxyServer;
import io.trunkline.proxy.Wiring;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.session.LoopContext;
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
    this("{ address: 127.0.0.1, port: 0, role: primary, pool_mode: transaction }", poolSize);
  }

  /// @param listeners as in the file, one after the other
  House(String listeners, int poolSize) {
    this(listeners, poolSize, "auto");
  }

  /// @param transport as in the file
  House(String listeners, int poolSize, String transport) {
    String yaml = yaml(listeners, postgres.app(), poolSize, transport);
    proxy =
        switch (new ConfigFile(Surroundings.ofProcess()).readText(Path.of("test.yml"), yaml)) {
          case ConfigResult.Ok(var config) -> ProxyServer.start(config);
          case ConfigResult.Bad(var problems) -> throw new AssertionError(problems.toString());
        };
  }

  private static String yaml(String listeners, Endpoint server, int poolSize, String transport) {
    return """
    listeners: [%s]
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
    runtime: { event_loops: 3, transport: %s }
    """
        .formatted(listeners, server.host(), server.port(), poolSize, transport);
  }

  private int port() {
    return port(0);
  }

  private int port(int listener) {
    return proxy.bound().get(listener).address().getPort();
  }

  /// The server itself.
  Endpoint server() {
    return postgres.app();
  }

  /// A client of the database.
  Endpoint app() {
    return postgres.app().onPort(port());
  }

  /// A client of the database through one of the listeners.
  Endpoint app(int listener) {
    return postgres.app().onPort(port(listener));
  }

  /// Lets the pools be looked after as if so much time had passed.
  void poolsAfter(Duration time) throws Exception {
    Wiring wiring = proxy.wiring();
    long then = NanoTime.SYSTEM.now() + time.toNanos();
    for (LoopContext context : wiring.contexts()) {
      context.loop().submit(() -> wiring.pools().keepHouse(context.index(), then)).get();
    }
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
