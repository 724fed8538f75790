package io.trunkline.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One etcd on loopback, a cluster by itself or with others, to be killed, frozen and restarted.
/// The program is the one this machine has.
public final class EtcdServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Seat seat;
  private final List<Seat> cluster;
  private final Path directory;
  private final List<String> options;
  private final String scheme;
  private Process process;

  /// A member's place in its cluster.
  private record Seat(String name, int port, int peerPort) {
    static Seat free(String name) throws IOException {
      return new Seat(name, Ports.free(), Ports.free());
    }

    String peerUrl() {
      return "http://127.0.0.1:" + peerPort;
    }
  }

  private EtcdServer(Seat seat, List<Seat> cluster, Path directory, String... options)
      throws IOException {
    this.seat = seat;
    this.cluster = cluster;
    this.directory = directory;
    this.options = List.of(options);
    boolean tls = this.options.stream().anyMatch(option -> option.startsWith("--cert-file="));
    this.scheme = tls ? "https" : "http";
    process = launch();
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /// Starts one and waits until it listens.
  ///
  /// @param options more of etcd's options; plaintext unless one is `--cert-file=`
  public static EtcdServer start(Path directory, String... options) throws IOException {
    Seat seat = Seat.free("e");
    EtcdServer etcd = new EtcdServer(seat, List.of(seat), directory, options);
    etcd.awaitListening();
    return etcd;
  }

  /// Starts some that are a cluster, and waits until each listens.
  public static List<EtcdServer> startCluster(Path directory, int size) throws IOException {
    List<Seat> seats = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      seats.add(Seat.free("e" + i));
    }
    List<EtcdServer> members = new ArrayList<>();
    for (Seat seat : seats) {
      members.add(new EtcdServer(seat, seats, directory));
    }
    for (EtcdServer member : members) {
      member.awaitListening();
    }
    return members;
  }

  /// Again, after a kill, with what it had.
  public void restart() throws IOException {
    process = launch();
    awaitListening();
  }

  /// Kills it, loses all it had, and makes it anew on the same ports. Its id as a cluster is a hash
  /// of the token and of what stays the same.
  ///
  /// @param token `etcd-cluster` is etcd's own
  public void makeAnew(String token) throws IOException {
    kill();
    FileTree.delete(data());
    process = launch("--initial-cluster-token", token);
    awaitListening();
  }

  private Path data() {
    return directory.resolve(seat.name());
  }

  private Process launch(String... more) throws IOException {
    String clients = endpoint();
    String peers = seat.peerUrl();
    List<String> everybody =
        cluster.stream().map(member -> member.name() + "=" + member.peerUrl()).toList();
    List<String> command = new ArrayList<>(List.of("etcd", "--log-level", "error"));
    command.addAll(List.of("--name", seat.name(), "--data-dir", data().toString()));
    command.addAll(List.of("--listen-client-urls", clients, "--advertise-client-urls", clients));
    command.addAll(List.of("--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers));
    command.addAll(List.of("--initial-cluster", String.join(",", everybody)));
    command.addAll(options);
    command.addAll(List.of(more));
    return Shell.process(command)
        .redirectOutput(directory.resolve(seat.name() + ".log").toFile())
        .start();
  }

  private void awaitListening() throws IOException {
    Waiting.until("etcd listens", this::listens);
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), seat.port()),
          (int) PATIENCE.toMillis());
      return true;
    } catch (IOException expected) { // the answer: not yet
      return false;
    }
  }

  public int port() {
    return seat.port();
  }

  public String endpoint() {
    return scheme + "://127.0.0.1:" + seat.port();
  }

  /// By `kill -9`.
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  public void freeze() throws IOException {
    signal("STOP");
  }

  public void thaw() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    Shell.run(List.of("kill", "-" + name, Long.toString(process.pid())));
  }

  @Override
  public void close() {
    kill();
  }
}
