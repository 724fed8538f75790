package io.trunkline.bench.startup;

import io.trunkline.bench.load.GeneratorProcess;
import io.trunkline.bench.load.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Runs the proxy once with real clients and a real server, so that the JVM learns which classes it
/// needs and keeps them, loaded and linked, in a cache for later starts. See JEP 514,
/// "Ahead-of-Time Command-Line Ergonomics", and JEP 515 for what it keeps of methods.
public final class Rehearsal {
  private static final int ROUNDS = 3;
  private static final Duration LOADED = Duration.ofSeconds(3);

  private Rehearsal() {}

  /// Makes the cache or throws.
  ///
  /// @param arguments the file for the cache, then the command: `java`, its options, `-jar …`
  public static void main(String[] arguments) throws Exception {
    Path cache = Path.of(arguments[0]);
    List<String> command = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
    command.add(1, "-XX:AOTCacheOutput=" + cache);
    Files.deleteIfExists(cache);
    try (Scene scene = Scene.set()) {
      try (ProxyProcess proxy = ProxyProcess.start(command, scene)) {
        play(proxy, scene);
      }
      if (Files.notExists(cache)) {
        throw new IOException("the JVM made no cache:\n" + Files.readString(scene.log()));
      }
    }
    System.exit(0);
  }

  private static void play(ProxyProcess proxy, Scene scene) throws Exception {
    try (Connection client = proxy.firstLogin()) {
      for (int i = 0; i < ROUNDS; i++) {
        use(client);
      }
    }
    for (int i = 0; i < ROUNDS; i++) {
      try (Connection another = scene.connect()) {
        use(another);
      }
    }
    try (Connection console = scene.connectToConsole();
        Statement statement = console.createStatement()) {
      for (String table : List.of("POOLS", "CLIENTS", "SERVERS", "MEMBERS", "STATS")) {
        statement.execute("SHOW " + table);
      }
    }
    work(scene);
  }

  /// Loads the proxy for a moment: the cache keeps how often what was run, so that a proxy started
  /// with it compiles the road sooner, and right at the first time.
  private static void work(Scene scene) throws IOException, SQLException {
    scene.createTables();
    try (GeneratorProcess load = GeneratorProcess.start(scene.log().resolveSibling("load.log"))) {
      for (Work work : List.of(Work.SIMPLE, Work.EXTENDED, Work.PREPARED, Work.CONNECT)) {
        load.run(scene.load(work, LOADED), GeneratorProcess.NOBODY);
      }
    }
  }

  private static void use(Connection client) throws SQLException {
    try (Statement statement = client.createStatement()) {
      statement.execute("SET extra_float_digits = 2");
      statement.execute("SELECT 1");
    }
    client.setAutoCommit(false);
    try (PreparedStatement statement =
        client.prepareStatement("SELECT n FROM generate_series(1, ?) AS n")) {
      statement.setInt(1, 20);
      statement.execute();
    }
    client.commit();
    client.setAutoCommit(true);
  }
}
