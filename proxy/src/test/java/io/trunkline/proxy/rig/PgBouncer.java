package io.trunkline.proxy.rig;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A PgBouncer process, to see which tests ask of a pool more than pools do.
///
/// `-Dpgbouncer.command=` says how to start it (words apart by blanks; default `pgbouncer`).
final class PgBouncer implements TestProxy {
  private final Endpoint endpoint;
  private final Path directory;
  private final Process process;

  private PgBouncer(Endpoint endpoint, Path directory, Process process) {
    this.endpoint = endpoint;
    this.directory = directory;
    this.process = process;
  }

  static PgBouncer start(Setup setup) throws IOException {
    Path directory = Files.createTempDirectory("pgbouncer");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Endpoint endpoint = setup.server().onPort(freePort());
    Path ini = directory.resolve("pgbouncer.ini");
    Files.write(ini, ini(setup, endpoint.port(), directory));
    Files.write(directory.resolve("users.txt"), List.of("\"app\" \"app\""));
    List<String> command = new ArrayList<>();
    command.addAll(List.of(System.getProperty("pgbouncer.command", "pgbouncer").split(" ")));
    command.addAll(List.of("-q", ini.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    PgBouncer proxy = new PgBouncer(endpoint, directory, process);
    Await.until(Duration.ofSeconds(10), "PgBouncer lets a client in", proxy::letsIn);
    return proxy;
  }

  private static List<String> ini(Setup setup, int port, Path directory) {
    Endpoint server = setup.server();
    List<String> lines = new ArrayList<>();
    lines.add("[databases]");
    lines.add("* = host=%s port=%d".formatted(server.host(), server.port()));
    lines.add("[pgbouncer]");
    lines.add("listen_addr = 127.0.0.1");
    lines.add("listen_port = " + port);
    lines.add("unix_socket_dir =");
    lines.add("auth_type = " + setup.knobs().getOrDefault(Knob.AUTH, "trust"));
    lines.add("auth_file = " + directory.resolve("users.txt"));
    lines.add("pool_mode = " + setup.mode().word());
    setup.knobs().forEach((knob, value) -> lines.add(line(knob, value)));
    return lines;
  }

  private static String line(Knob knob, Object value) {
    if (knob.pgbouncer().isEmpty()) {
      return "; it has no " + knob;
    }
    return switch (value) {
      case Duration duration -> knob.pgbouncer() + " = " + duration.toMillis() / 1000.0;
      default -> knob.pgbouncer() + " = " + value;
    };
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean letsIn() {
    try (RawClient client = RawClient.open(endpoint)) {
      return client.localPort() > 0;
    } catch (IOException expected) { // not yet listening
      return false;
    }
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public Optional<Footprint> footprint() {
    return Optional.of(new Footprint(process.pid()));
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().join();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
