package io.trunkline.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Trunkline itself.
///
/// @param runtime lines for its section `runtime`, to try another transport for instance
/// @param options more for its JVM
public record Trunkline(String name, String runtime, List<String> options) implements Peer {
  public static final String NAME = "trunkline";

  private static final String OPTIONS = "TRUNKLINE_JAVA_OPTS";

  /// With the JVM's options that it always has.
  Trunkline(String name, String runtime) {
    this(name, runtime, List.of());
  }

  @Override
  public String program() {
    return "trunkline";
  }

  /// The program may be the launcher, which is told by its environment, or a jar.
  private List<String> command(Path program) {
    if (!program.toString().endsWith(".jar")) {
      return options.isEmpty() ? List.of(program.toString()) : launch(program);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-XX:+UseSerialGC");
    command.addAll(options);
    command.addAll(List.of("-jar", program.toString()));
    return command;
  }

  private List<String> launch(Path program) {
    String all = System.getenv().getOrDefault(OPTIONS, "") + " " + String.join(" ", options);
    return List.of("env", OPTIONS + "=" + all.strip(), program.toString());
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
            pool_mode: %s
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
                site.setup().modeName(),
                site.asksPassword() ? "scram-sha-256" : "trust",
                tls,
                site.backendPort(),
                Site.PROBE_USER,
                site.setup().poolSize(),
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
