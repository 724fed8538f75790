package io.trunkline.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Real Patroni, one etcd and PostgreSQL 15, as processes on loopback; the programs are those this
/// machine has. PostgreSQL does not run as root, so what Patroni starts belongs to the user nobody
/// if we are root.
public final class PatroniCluster implements AutoCloseable {
  private static final Path BINARIES = Path.of("/usr/lib/postgresql/15/bin");
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  /// What a cluster needs on this machine.
  public static final List<String> PROGRAMS =
      List.of("etcd", "patroni", BINARIES.resolve("postgres").toString());

  private final EtcdServer etcd;
  private final Path directory;
  private final HttpClient http;
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  /// One member, as it was started.
  private static final class Node {
    final int port;
    final int restPort;
    final Path home;
    @Nullable Process patroni;

    Node(Path home) throws IOException {
      this.home = home;
      port = Ports.free();
      restPort = Ports.free();
    }
  }

  private final Options options;

  /// What else a member's configuration says.
  ///
  /// @param restapi lines of its section, each indented by two
  /// @param postgresql lines of that section, likewise; `NAME` is the member's name in both
  /// @param tls how the REST API is asked; null for without TLS
  public record Options(String restapi, String postgresql, @Nullable SSLContext tls) {
    public static final Options NONE = new Options("", "", null);
  }

  private PatroniCluster(Path directory, EtcdServer etcd, Options options) {
    this.directory = directory;
    this.etcd = etcd;
    this.options = options;
    HttpClient.Builder builder = HttpClient.newBuilder();
    this.http = options.tls() == null ? builder.build() : builder.sslContext(options.tls()).build();
    Runtime.getRuntime().addShutdownHook(new Thread(this::killAll));
  }

  /// Starts node1, waits until it leads, and then the others.
  public static PatroniCluster start(Path directory, int members) throws IOException {
    return start(directory, members, Options.NONE);
  }

  /// The same with more in the members' configuration.
  public static PatroniCluster start(Path directory, int members, Options options)
      throws IOException {
    open(directory);
    PatroniCluster cluster = new PatroniCluster(directory, EtcdServer.start(directory), options);
    for (int i = 1; i <= members; i++) {
      cluster.add("node" + i);
      if (i == 1) {
        Waiting.until("node1 leads", () -> cluster.status("node1", "/primary") == 200);
      }
    }
    for (String name : cluster.nodes.keySet()) {
      Waiting.until(name + " runs", () -> cluster.status(name, "/health") == 200);
    }
    return cluster;
  }

  /// The user nobody has to get through.
  private static void open(Path directory) throws IOException {
    Shell.run(List.of("chmod", "755", directory.toString()));
  }

  public void add(String name) throws IOException {
    Node node = new Node(Files.createDirectory(directory.resolve(name)));
    nodes.put(name, node);
    Files.writeString(node.home.resolve("patroni.yml"), config(name, node));
    if (ROOT) {
      Shell.run(List.of("chown", "-R", "nobody", node.home.toString()));
    }
    startPatroni(name);
  }

  public void startPatroni(String name) throws IOException {
    Node node = node(name);
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
    restapi:
      listen: '127.0.0.1:%d'
      connect_address: '127.0.0.1:%d'
    %s
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
    %s
    """
        .formatted(
            name,
            node.restPort,
            node.restPort,
            options.restapi().replace("NAME", name),
            etcd.port(),
            node.port,
            node.port,
            node.home,
            BINARIES,
            node.home,
            node.home,
            options.postgresql().replace("NAME", name));
  }

  public EtcdServer etcd() {
    return etcd;
  }

  public List<String> names() {
    return List.copyOf(nodes.keySet());
  }

  /// Where a member's PostgreSQL listens.
  public int port(String name) {
    return node(name).port;
  }

  private Node node(String name) {
    return Objects.requireNonNull(nodes.get(name));
  }

  /// What a member's Patroni has said so far.
  public String log(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".log"));
  }

  public String restUrl(String name) {
    return "%s://127.0.0.1:%d"
        .formatted(options.tls() == null ? "http" : "https", node(name).restPort);
  }

  /// What a member's REST API answers with; 0 when it does not.
  public int status(String name, String path) {
    try {
      return send(HttpRequest.newBuilder(URI.create(restUrl(name) + path)).GET()).statusCode();
    } catch (IOException expected) { // the answer: it does not
      return 0;
    }
  }

  /// Asks Patroni to hand the lead over; returns what it said when it was done.
  public String switchover(String from, String to) throws IOException {
    String body = "{\"leader\":\"%s\",\"candidate\":\"%s\"}".formatted(from, to);
    return send(HttpRequest.newBuilder(URI.create(restUrl(from) + "/switchover"))
            .POST(HttpRequest.BodyPublishers.ofString(body)))
        .body();
  }

  /// Changes the dynamic configuration.
  public void configure(String name, String patch) throws IOException {
    send(
        HttpRequest.newBuilder(URI.create(restUrl(name) + "/config"))
            .method("PATCH", HttpRequest.BodyPublishers.ofString(patch)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return http.send(
          request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking Patroni");
    }
  }

  /// Patroni is told to stop, and stops its PostgreSQL before it ends.
  public void stopPatroni(String name) throws IOException {
    Process patroni = Objects.requireNonNull(node(name).patroni);
    patroni.destroy();
    Waiting.forExit(patroni);
  }

  /// Patroni dies by `kill -9`; its PostgreSQL lives on.
  public void killPatroni(String name) {
    Objects.requireNonNull(node(name).patroni).destroyForcibly().onExit().join();
  }

  /// The postmaster dies by `kill -9`, and its backends with it.
  public void killPostgres(String name) throws IOException {
    Shell.run(List.of("kill", "-KILL", postmaster(node(name))));
  }

  private static String postmaster(Node node) throws IOException {
    return Files.readAllLines(node.home.resolve("data/postmaster.pid")).getFirst().strip();
  }

  public Connection connect(String name) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + node(name).port + "/postgres?connectTimeout=5",
        "postgres",
        "p");
  }

  /// Whether the member takes a write now, by trying.
  public boolean takesWrites(String name) {
    try (Connection connection = connect(name);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT txid_current()"); // fails on a standby
      return true;
    } catch (SQLException expected) {
      return false;
    }
  }

  private void killAll() {
    for (Node node : nodes.values()) {
      if (node.patroni != null) {
        node.patroni.destroyForcibly().onExit().join();
      }
      try {
        Shell.run(List.of("kill", "-QUIT", postmaster(node)));
      } catch (IOException expected) {
        // it runs no more
      }
    }
    etcd.kill();
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes.values()) {
      if (node.patroni != null) {
        node.patroni.destroy(); // which stops its PostgreSQL in good order
      }
    }
    for (Node node : nodes.values()) {
      if (node.patroni != null) {
        Waiting.forExit(node.patroni, Duration.ofSeconds(10));
      }
    }
    killAll();
    for (Node node : nodes.values()) {
      Path pid = node.home.resolve("data/postmaster.pid");
      Waiting.until("PostgreSQL has ended", () -> !Files.exists(pid));
    }
  }
}
