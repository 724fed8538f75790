package io.trunkline.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A [NullServer] in a process of its own.
public final class NullServerProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  private NullServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Starts one.
  ///
  /// @param user whose connections are passed on to the real server at `realPort`
  /// @param log where it writes what it has to complain about
  public static NullServerProcess start(String user, int realPort, Path log) throws IOException {
    Process process =
        new ProcessBuilder(JavaCommand.of(NullServer.class, user, Integer.toString(realPort)))
            .redirectError(log.toFile())
            .start();
    String port = process.inputReader().readLine();
    if (port == null) {
      process.destroy();
      throw new IOException("the null server did not start: see " + log);
    }
    return new NullServerProcess(process, Integer.parseInt(port));
  }

  public int port() {
    return port;
  }

  /// Has it end all connections after a time, and refuse new ones for another.
  public void goAway(Duration after, Duration length) throws IOException {
    process.outputWriter().write("outage %d %d\n".formatted(after.toMillis(), length.toMillis()));
    process.outputWriter().flush();
  }

  @Override
  public void close() throws IOException {
    process.outputWriter().close();
    process.destroy();
  }
}
