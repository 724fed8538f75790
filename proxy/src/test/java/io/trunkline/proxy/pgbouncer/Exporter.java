package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Debian's `prometheus-pgbouncer-exporter` (1.7) looking at a console as it comes.
final class Exporter implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final int port;

  private Exporter(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /// Starts it; the test is skipped where it is not installed.
  ///
  /// @param console the port on 127.0.0.1
  static Exporter start(Path directory, int console, String user, String password)
      throws IOException {
    int port = Ports.free();
    Path log = directory.resolve("exporter.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Tool.installed("prometheus-pgbouncer-exporter").program().toString(),
            "--host=127.0.0.1",
            "--port=" + port,
            "--pgbouncer-host=127.0.0.1",
            "--pgbouncer-port=" + console,
            "--pgbouncer-user=" + user);
    builder.environment().put("PGPASSWORD", password);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Exporter(process, log, port);
  }

  /// What it exports, as soon as it does.
  List<String> metrics() throws IOException, InterruptedException {
    Await.until(
        Duration.ofSeconds(30),
        "it exports, or ends",
        () -> page().contains("pgbouncer_") || !process.isAlive());
    assertThat(Files.readString(log)).doesNotContain("Traceback");
    return page().lines().toList();
  }

  private String page() throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI place = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
      return client
          .send(HttpRequest.newBuilder(place).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notYet) {
      return "";
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
