package io.trunkline.health.patroni;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.DeleteOption;
import io.trunkline.embedded.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// One etcd that is a cluster by itself, on loopback, to be killed, frozen and restarted.
final class EtcdProcess implements AutoCloseable {
  static final String PREFIX = "/service/demo/";

  private final Path directory;
  private final List<String> options;
  private final String scheme;
  final int port;
  private final int peerPort;
  private Process process;
  private Client client;

  private EtcdProcess(Path directory, List<String> options) throws IOException {
    this.directory = directory;
    this.options = options;
    this.scheme = options.isEmpty() ? "http" : "https";
    port = Ports.free();
    peerPort = Ports.free();
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /// @param options the TLS options; empty for plaintext
  static EtcdProcess start(Path directory, String... options) throws IOException {
    EtcdProcess etcd = new EtcdProcess(directory, List.of(options));
    etcd.start();
    return etcd;
  }

  void start() throws IOException {
    String clients = scheme + "://127.0.0.1:" + port;
    String peers = "http://127.0.0.1:" + peerPort;
    List<String> command = new ArrayList<>(List.of("etcd", "--name", "e", "--log-level", "error"));
    command.addAll(List.of("--data-dir", directory.resolve("etcd").toString()));
    command.addAll(List.of("--listen-client-urls", clients, "--advertise-client-urls", clients));
    command.addAll(List.of("--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers));
    command.addAll(List.of("--initial-cluster", "e=" + peers));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("etcd.log").toFile())
            .start();
    Waits.until("etcd listens", this::listens);
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1_000);
      return true;
    } catch (IOException expected) {
      return false;
    }
  }

  String endpoint() {
    return scheme + "://127.0.0.1:" + port;
  }

  void put(String key, String value) {
    done(client().getKVClient().put(bytes(PREFIX + key), bytes(value)));
  }

  void delete(String key) {
    done(client().getKVClient().delete(bytes(PREFIX + key), DeleteOption.DEFAULT));
  }

  /// Forgets all revisions before the present one.
  void compact() {
    long now = done(client().getKVClient().get(bytes(PREFIX))).getHeader().getRevision();
    done(client().getKVClient().compact(now));
  }

  /// From now on etcd asks for the user root and this password.
  void demandPassword(String password) {
    var auth = client().getAuthClient();
    done(auth.userAdd(bytes("root"), bytes(password)));
    done(auth.userGrantRole(bytes("root"), bytes("root")));
    done(auth.authEnable());
  }

  /// An operator's client; without TLS.
  private Client client() {
    if (client == null) {
      client = Client.builder().endpoints(endpoint()).build();
    }
    return client;
  }

  static <T> T done(CompletableFuture<T> future) {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  void kill() {
    if (client != null) {
      client.close();
      client = null;
    }
    process.destroyForcibly();
    process.onExit().join();
  }

  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    kill();
  }
}
