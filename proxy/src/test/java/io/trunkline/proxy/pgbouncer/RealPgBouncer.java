package io.trunkline.proxy.pgbouncer;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The machine's PgBouncer with a file of a test's own.
final class RealPgBouncer implements AutoCloseable {
  private final Process process;

  private RealPgBouncer(Process process) {
    this.process = process;
  }

  /// Returns when it listens.
  static RealPgBouncer run(Path ini, int port) throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) { // it refuses to run as root
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(Tool.installed("pgbouncer").program().toString(), "-q", ini.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ini.resolveSibling("pgbouncer.log").toFile())
            .start();
    Await.until(Duration.ofSeconds(10), "it listens", () -> listens(port) || !process.isAlive());
    return new RealPgBouncer(process);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
