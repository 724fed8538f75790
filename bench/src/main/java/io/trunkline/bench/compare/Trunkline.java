package io.trunkline.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Trunkline itself.
///
/// @param runtime lines for its section `runtime`, to try another transport for instance
record Trunkline(String name, String runtime) implements Peer {
  static final String NAME = "trunkline";

  @Override
  public String program() {
    return "trunkline";
  }

  /// The program may be the launcher, or a jar.
  private static List<String> command(Path program) {
    return program.toString().endsWith(".jar")
        ? List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-jar",
            program.toString())
        : List.of(program.toString());
  }

  @Override
  public List<String> version(Path program) {
    List<String> command = new ArrayList<>(command(program));
    command.add("--version");
    return command;
  }

  @Override
  public List<String> prepare(Path program, Site site) throws IOException {
    String tls =
        site.isTls()
            ? "tls: {mode: require, cert_file: \"%s\", key_file: \"%s\"}"
                .formatted(site.certificate(), site.key())
            : "tls: {mode: disable}";
    String text =
        """
        listeners:
          - address: 127.0.0.1
            port: %d
            role: primary
            pool_mode: transaction
            backlog: 4096
            auth_method: %s
            %s
        clusters:
          main:
            members: ["127.0.0.1:%d"]
            probe: {user: %s, database: postgres}
            tls: {sslmode: disable}
        pool: {size: %d, query_wait_timeout: 120s}
        users:
          %s: {password: "%s"}
        limits: {max_client_connections: %d}
        runtime: {event_loops: %d%s}
        """
            .formatted(
                site.port(),
                site.asksPassword() ? "scram-sha-256" : "trust",
                tls,
                site.backendPort(),
                Site.PROBE_USER,
                Site.POOL_SIZE,
                Site.LOGIN.user(),
                site.verifier(),
                Site.CLIENTS_MAX,
                site.setup().loops(),
                runtime);
    Path file = Files.writeString(site.file("trunkline.yml"), text);
    List<String> command = new ArrayList<>(command(program));
    command.addAll(List.of("run", file.toString()));
    return command;
  }
}
