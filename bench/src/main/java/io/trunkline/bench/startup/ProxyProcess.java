package io.trunkline.bench.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The proxy in a process of its own, which ends with this JVM.
final class ProxyProcess implements AutoCloseable {
  private static final long RETRY_MILLIS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Scene scene;
  private final Process process;
  private final Thread hook;

  private ProxyProcess(Scene scene, Process process) {
    this.scene = scene;
    this.process = process;
    this.hook = Thread.ofPlatform().unstarted(process::destroy);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// @param command to which `run FILE` is appended
  static ProxyProcess start(List<String> command, Scene scene) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("run", scene.configuration().toString()));
    Process process =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(scene.log().toFile())
            .start();
    return new ProxyProcess(scene, process);
  }

  /// Knocks until a login is answered.
  ///
  /// @throws IOException when the process ends instead, or takes too long; says what it printed
  Connection firstLogin() throws IOException, InterruptedException {
    long attempts = PATIENCE.toMillis() / RETRY_MILLIS;
    for (long attempt = 0; attempt < attempts && process.isAlive(); attempt++) {
      try {
        return scene.connect();
      } catch (SQLException expected) { // nobody listens yet
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
    throw new IOException("the proxy answered no login:\n" + Files.readString(scene.log()));
  }

  /// What it has used of the processors, where the system tells.
  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Tells the proxy to stop and waits for its end.
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE)) {
        process.destroyForcibly();
        throw new IOException("the proxy did not stop:\n" + Files.readString(scene.log()));
      }
    } catch (InterruptedException expected) { // nobody waits for it any more
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
