package io.trunkline.embedded;

import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A real PostgreSQL server on 127.0.0.1, in a temporary directory of its own.
///
/// It can be stopped, killed and started again on the same port with the same data. [#close()], or
/// the end of the JVM, ends its processes and removes all its files. Safe for use by many threads;
/// the methods that start and stop exclude each other.
public final class EmbeddedServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);
  private static final String HOST = "127.0.0.1";
  private static final String SUPERUSER = "postgres";

  private final ServerOptions options;
  private final int port;
  private final Path home;
  private final Unprivileged unprivileged;
  private final Path directory;
  private final DataDirectory data;
  private Map<String, String> replication = Map.of();
  private @Nullable Postmaster postmaster;

  /// Prepares an empty directory: [#initialize()] or [#copy(EmbeddedServer)] fills it.
  EmbeddedServer(ServerOptions options) throws IOException {
    this.options = options;
    this.home = PostgresBinaries.home(options.version());
    this.unprivileged = Unprivileged.find();
    this.port = options.port() == 0 ? Ports.free() : options.port();
    this.directory = Files.createTempDirectory("trunkline-pg-");
    this.data = new DataDirectory(directory);
    Reaper.watch(directory);
  }

  /// Starts the newest PostgreSQL with all defaults.
  public static EmbeddedServer create() throws IOException {
    return create(ServerOptions.newest());
  }

  /// Makes a new server and starts it.
  ///
  /// @throws IOException when it does not start; nothing is left behind
  public static EmbeddedServer create(ServerOptions options) throws IOException {
    EmbeddedServer server = new EmbeddedServer(options);
    try {
      server.initialize();
      server.start();
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /// Starts a server on a copy of a base backup, as pg_basebackup leaves one; with a file
  /// `standby.signal` among the options it is a standby.
  ///
  /// @throws IOException when it does not start; nothing but the backup is left behind
  public static EmbeddedServer restore(ServerOptions options, Path backup) throws IOException {
    EmbeddedServer server = new EmbeddedServer(options);
    try {
      server.data.copyFrom(backup);
      server.start();
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private void initialize() throws IOException {
    data.init(home, unprivileged, options);
  }

  /// Starts the server again after it was stopped or killed; nothing happens when it runs.
  public synchronized void start() throws IOException {
    if (isRunning()) {
      return;
    }
    data.configure(options, replication);
    unprivileged.own(directory);
    postmaster = Postmaster.start(home, unprivileged, data.path(), port);
    log.info("PostgreSQL {} runs on port {}, pid={}", options.version(), port, postmaster.pid());
  }

  /// Stops the server: sessions end, a checkpoint is written ("fast" shutdown).
  public synchronized void stop() throws IOException {
    Postmaster running = postmaster;
    if (running != null && running.isAlive()) {
      running.thaw();
      running.stopFast();
    }
    postmaster = null;
  }

  /// Stops the server without a checkpoint ("immediate" shutdown): the next start recovers.
  public synchronized void stopImmediately() throws IOException {
    Postmaster running = postmaster;
    if (running != null && running.isAlive()) {
      running.thaw();
      running.stopImmediately();
    }
    postmaster = null;
  }

  /// Kills all its processes at once, as a failure of the machine would.
  public synchronized void kill() throws IOException {
    Postmaster running = postmaster;
    if (running != null) {
      running.kill();
      data.removeSharedMemory();
    }
    postmaster = null;
  }

  public synchronized void restart() throws IOException {
    stop();
    start();
  }

  /// Stops all its processes where they are (SIGSTOP): connections stay open, nothing answers.
  public synchronized void freeze() throws IOException {
    running().freeze();
  }

  /// Ends [#freeze()].
  public synchronized void thaw() throws IOException {
    running().thaw();
  }

  /// Ends recovery of a standby and returns when it is a primary. See the PostgreSQL docs,
  /// `pg_promote`.
  public void promote() throws SQLException {
    if (!query("SELECT pg_promote(true, 60)").equals("t")) {
      throw new SQLException("the standby on port " + port + " did not become a primary in time");
    }
  }

  /// Changes what this server follows, at once when it runs, else at its next start.
  synchronized void follow(Map<String, String> settings) throws IOException {
    replication = Map.copyOf(settings);
    if (isRunning()) {
      data.configure(options, replication);
      unprivileged.own(directory);
      running().reload();
    }
  }

  /// Makes this server, which is not running, a copy of `primary` that starts as a standby.
  synchronized void copy(EmbeddedServer primary) throws IOException, SQLException {
    stopImmediately();
    BaseBackup.take(primary, primary.data, data);
    data.standbySignal();
  }

  /// Makes this server start as a standby of what it follows.
  void demote() throws IOException {
    data.standbySignal();
  }

  public synchronized boolean isRunning() {
    return postmaster != null && postmaster.isAlive();
  }

  private Postmaster running() {
    Postmaster running = postmaster;
    if (running == null) {
      throw new IllegalStateException("PostgreSQL on port " + port + " does not run");
    }
    return running;
  }

  public int version() {
    return options.version();
  }

  public int port() {
    return port;
  }

  public HostPort address() {
    return new HostPort(HOST, port);
  }

  /// Where its files are: settings, certificates and logs can be looked at here.
  public Path dataDirectory() {
    return data.path();
  }

  /// All it has logged so far.
  public String log() throws IOException {
    return Files.readString(directory.resolve("server.log"));
  }

  public String jdbcUrl(String user, String database) {
    return "jdbc:postgresql://%s:%d/%s?user=%s".formatted(HOST, port, database, user);
  }

  /// Connects as the superuser to the database `postgres`.
  public Connection connect() throws SQLException {
    return connect(SUPERUSER, options.password(), "postgres");
  }

  public Connection connect(String user, Secret password, String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(user, database), user, password.reveal());
  }

  /// Runs statements as the superuser, in the database `postgres`.
  public void execute(String sql) throws SQLException {
    executeIn("postgres", sql);
  }

  public void executeIn(String database, String sql) throws SQLException {
    try (Connection connection = connect(SUPERUSER, options.password(), database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The first column of the first row as text, as the superuser sees it; empty when there is none.
  public String query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      String value = rows.next() ? rows.getString(1) : null;
      return value == null ? "" : value;
    }
  }

  /// What a standby needs to know to follow this server.
  String connectionInfo(String applicationName) {
    return "host=%s port=%d user=%s password='%s' application_name=%s"
        .formatted(
            HOST,
            port,
            SUPERUSER,
            options.password().reveal().replace("\\", "\\\\").replace("'", "\\'"),
            applicationName);
  }

  @Override
  public synchronized void close() throws IOException {
    try {
      stopImmediately();
    } finally {
      FileTree.delete(directory);
    }
  }

  @Override
  public String toString() {
    return "PostgreSQL " + options.version() + " on " + address();
  }
}
