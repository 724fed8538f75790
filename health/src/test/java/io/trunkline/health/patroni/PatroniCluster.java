package io.trunkline.health.patroni;

import io.trunkline.embedded.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Real Patroni, one etcd and PostgreSQL 15, as processes on loopback. PostgreSQL does not run as
/// root, so what Patroni starts belongs to the user nobody if we are root.
final class PatroniCluster implements AutoCloseable {
  private static final Path BINARIES = Path.of("/usr/lib/postgresql/15/bin");
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  final EtcdProcess etcd;
  private final Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  /// One member, as it was started.
  private static final class Node {
    final int port;
    final int restPort;
    final Path home;
    Process patroni;

    Node(Path home) throws IOException {
      this.home = home;
      port = Ports.free();
      restPort = Ports.free();
    }
  }

  private PatroniCluster(Path directory, EtcdProcess etcd) {
    this.directory = directory;
    this.etcd = etcd;
    Runtime.getRuntime().addShutdownHook(new Thread(this::killAll));
  }

  static void requireTools() {
    Tools.require("etcd", "patroni", BINARIES.resolve("postgres").toString());
  }

  /// Starts node1, waits until it leads, and then the others.
  static PatroniCluster start(Path directory, int members) throws Exception {
    open(directory);
    PatroniCluster cluster = new PatroniCluster(directory, EtcdProcess.start(directory));
    for (int i = 1; i <= members; i++) {
      cluster.add("node" + i);
      if (i == 1) {
        Waits.until("node1 leads", () -> cluster.status("node1", "/primary") == 200);
      }
    }
    for (String name : cluster.nodes.keySet()) {
      Waits.until(name + " runs", () -> cluster.status(name, "/health") == 200);
    }
    return cluster;
  }

  /// The user nobody has to get through.
  private static void open(Path directory) throws Exception {
    run(List.of("chmod", "755", directory.toString()));
  }

  void add(String name) throws Exception {
    Node node = new Node(Files.createDirectory(directory.resolve(name)));
    nodes.put(name, node);
    Files.writeString(node.home.resolve("patroni.yml"), config(name, node));
    if (ROOT) {
      run(List.of("chown", "-R", "nobody", node.home.toString()));
    }
    startPatroni(name);
  }

  void startPatroni(String name) throws IOException {
    Node node = nodes.get(name);
    List<String> command = new ArrayList<>();
    if (ROOT) {
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env"));
      command.add("HOME=" + node.home);
    }
    command.addAll(List.of("patroni", node.home.resolve("patroni.yml").toString()));
    node.patroni =
        new ProcessBuilder(command)
            .directory(node.home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
            .start();
  }

  private String config(String name, Node node) {
    return """
    scope: demo
    name: %s
    restapi: { listen: '127.0.0.1:%d', connect_address: '127.0.0.1:%d' }
    etcd3: { hosts: '127.0.0.1:%d' }
    bootstrap:
      dcs:
        ttl: 20
        loop_wait: 1
        retry_timeout: 3
        postgresql:
          use_pg_rewind: true
          parameters: { max_connections: 20, shared_buffers: 16MB, wal_log_hints: 'on' }
      initdb: [ { encoding: UTF8 }, no-sync ]
    postgresql:
      listen: '127.0.0.1:%d'
      connect_address: '127.0.0.1:%d'
      data_dir: %s/data
      bin_dir: %s
      pgpass: %s/pgpass
      authentication:
        superuser: { username: postgres, password: p }
        replication: { username: replicator, password: r }
        rewind: { username: rewinder, password: w }
      pg_hba:
        - local all all trust
        - host all all 127.0.0.1/32 trust
        - host replication all 127.0.0.1/32 trust
      parameters: { unix_socket_directories: %s, fsync: 'off' }
    """
        .formatted(
            name,
            node.restPort,
            node.restPort,
            etcd.port,
            node.port,
            node.port,
            node.home,
            BINARIES,
            node.home,
            node.home);
  }

  String restUrl(String name) {
    return "http://127.0.0.1:" + nodes.get(name).restPort;
  }

  /// What a member's REST API answers with; 0 when it does not.
  int status(String name, String path) {
    try {
      return send(HttpRequest.newBuilder(URI.create(restUrl(name) + path)).GET()).statusCode();
    } catch (IOException | InterruptedException expected) {
      return 0;
    }
  }

  /// Asks Patroni to hand the lead over; returns what it said when it was done.
  String switchover(String from, String to) throws Exception {
    String body = "{\"leader\":\"%s\",\"candidate\":\"%s\"}".formatted(from, to);
    return send(HttpRequest.newBuilder(URI.create(restUrl(from) + "/switchover"))
            .POST(HttpRequest.BodyPublishers.ofString(body)))
        .body();
  }

  /// Changes the dynamic configuration.
  void configure(String name, String patch) throws Exception {
    send(
        HttpRequest.newBuilder(URI.create(restUrl(name) + "/config"))
            .method("PATCH", HttpRequest.BodyPublishers.ofString(patch)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(
        request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /// Patroni dies by `kill -9`; its PostgreSQL lives on.
  void killPatroni(String name) {
    nodes.get(name).patroni.destroyForcibly();
    nodes.get(name).patroni.onExit().join();
  }

  /// The postmaster dies by `kill -9`, and its backends with it.
  void killPostgres(String name) throws Exception {
    run(List.of("kill", "-KILL", postmaster(nodes.get(name))));
  }

  private static String postmaster(Node node) throws IOException {
    return Files.readAllLines(node.home.resolve("data/postmaster.pid")).getFirst().strip();
  }

  Connection connect(String name) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + nodes.get(name).port + "/postgres?connectTimeout=5",
        "postgres",
        "p");
  }

  /// Whether the member takes a write now, by trying.
  boolean takesWrites(String name) {
    try (Connection connection = connect(name);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT txid_current()"); // fails on a standby
      return true;
    } catch (SQLException expected) {
      return false;
    }
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    if (process.waitFor() != 0) {
      throw new IOException(
          command
              + ": "
              + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private void killAll() {
    for (Node node : nodes.values()) {
      if (node.patroni != null) {
        node.patroni.destroyForcibly();
        node.patroni.onExit().join();
      }
      try {
        run(List.of("kill", "-QUIT", postmaster(node)));
      } catch (IOException expected) {
        // it runs no more
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    etcd.kill();
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes.values()) {
      node.patroni.destroy(); // which stops its PostgreSQL in good order
    }
    for (Node node : nodes.values()) {
      try {
        node.patroni.onExit().get(10, TimeUnit.SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException expected) {
        node.patroni.destroyForcibly().onExit().join();
      }
    }
    killAll();
    for (Node node : nodes.values()) {
      Path pid = node.home.resolve("data/postmaster.pid");
      Waits.until("PostgreSQL has ended", () -> !Files.exists(pid));
    }
  }
}
