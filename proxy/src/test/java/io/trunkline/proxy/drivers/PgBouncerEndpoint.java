package io.trunkline.proxy.drivers;

import io.trunkline.embedded.EmbeddedCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The machine's PgBouncer, one process for each mode: shows that the trials tell a pooler that
/// keeps a client's state from one that does not, and what they have to say about the latter.
public final class PgBouncerEndpoint implements Endpoint {
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Map<Mode, Integer> ports = new EnumMap<>(Mode.class);
  private final List<Process> processes = new ArrayList<>();

  public PgBouncerEndpoint(EmbeddedCluster cluster) throws IOException {
    DirectEndpoint servers = new DirectEndpoint(cluster);
    for (Mode mode : Mode.values()) {
      int port = freePort();
      ports.put(mode, port);
      processes.add(start(mode, port, servers.port(mode)));
    }
    for (int port : ports.values()) {
      awaitListening(port);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process start(Mode mode, int port, int server) throws IOException {
    Path directory = Files.createDirectories(Path.of("target", "drivers"));
    Path users = directory.resolve("pgbouncer-users.txt").toAbsolutePath();
    Files.writeString(users, "\"%s\" \"%s\"\n".formatted(USER, PASSWORD));
    Path ini = directory.resolve("pgbouncer-" + mode.word() + ".ini").toAbsolutePath();
    Files.writeString(
        ini,
        """
        [databases]
        * = host=%s port=%d
        [pgbouncer]
        listen_addr = %s
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        pool_mode = %s
        default_pool_size = %d
        max_client_conn = 500
        ignore_startup_parameters = extra_float_digits, options, statement_timeout, search_path
        """
            .formatted(
                HOST,
                server,
                HOST,
                port,
                users,
                mode == Mode.SESSION ? "session" : "transaction",
                mode == Mode.SESSION ? 2 * POOL_SIZE : POOL_SIZE));
    // It refuses to run as root, and in a user namespace of its own it is nobody.
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of("pgbouncer", "-q", ini.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("pgbouncer-" + mode.word() + ".log").toFile())
        .start();
  }

  private static void awaitListening(int port) throws IOException {
    long deadline = System.nanoTime() + START_NANOS;
    boolean listening = false;
    while (!listening) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        listening = probe.isConnected();
      } catch (IOException notYet) {
        if (System.nanoTime() > deadline) {
          throw new IOException("PgBouncer does not listen, see target/drivers", notYet);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  @Override
  public int port(Mode mode) {
    return ports.get(mode);
  }

  @Override
  public boolean deals(Mode mode) {
    return mode != Mode.SESSION;
  }

  @Override
  public boolean keepsEverything(Mode mode) {
    return false;
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
  }
}
