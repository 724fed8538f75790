package io.trunkline.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/// A [LoadGenerator] in a process of its own.
public final class GeneratorProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader in;

  private GeneratorProcess(Process process) {
    this.process = process;
    this.in = process.inputReader();
  }

  /// Starts one.
  ///
  /// @param log where it writes what it has to complain about
  public static GeneratorProcess start(Path log) throws IOException {
    Process process =
        new ProcessBuilder(JavaCommand.of(LoadGenerator.class)).redirectError(log.toFile()).start();
    return new GeneratorProcess(process);
  }

  /// Does nothing.
  public static final Watcher NOBODY =
      new Watcher() {
        @Override
        public void onBegun() {
          // nobody wants to know
        }

        @Override
        public void onEnded() {
          // nobody wants to know
        }
      };

  /// What happens around the measured time.
  public interface Watcher {
    /// The clients have warmed up: the measured time begins.
    void onBegun() throws IOException;

    /// It is over.
    void onEnded() throws IOException;
  }

  /// Carries out one order.
  ///
  /// @throws IOException with the reason when it fails
  public LoadResult run(LoadOrder order, Watcher watcher) throws IOException {
    process.outputWriter().write(order.line() + "\n");
    process.outputWriter().flush();
    String line = in.readLine();
    if (LoadGenerator.BEGUN.equals(line)) {
      watcher.onBegun();
      line = in.readLine();
    }
    if (line == null) {
      throw new IOException("the load generator has ended");
    }
    if (line.startsWith(LoadGenerator.FAILED)) {
      throw new IOException(line.substring(LoadGenerator.FAILED.length()));
    }
    watcher.onEnded();
    return LoadResult.parse(line.substring(LoadGenerator.ENDED.length()));
  }

  @Override
  public void close() throws IOException {
    process.outputWriter().close();
    process.destroy();
  }
}
