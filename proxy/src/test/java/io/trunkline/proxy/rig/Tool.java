package io.trunkline.proxy.rig;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// A client program of PostgreSQL, as installed on this machine.
public record Tool(Path program) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// Where distributions put the programs that are not on the PATH.
  private static final List<Path> USUAL_PLACES =
      List.of(
          Path.of("/usr/lib/postgresql"), Path.of("/usr/local/pgsql"), Path.of("/opt/homebrew"));

  /// The newest there is; the test is skipped where there is none.
  public static Tool installed(String name) {
    Optional<Path> program =
        places().map(place -> place.resolve(name)).filter(Files::isExecutable).findFirst();
    Assumptions.assumeTrue(program.isPresent(), name + " is not installed");
    return new Tool(program.orElseThrow());
  }

  /// Skips the test, saying why, where one of these programs is missing; fails it where `CI=true`
  /// says that everything was installed.
  ///
  /// @param installer what would install them
  public static void require(List<String> programs, String installer) {
    for (String program : programs) {
      if (places().map(place -> place.resolve(program)).noneMatch(Files::isExecutable)) {
        String missing = program + " is not installed: see " + installer;
        if ("true".equals(System.getenv("CI"))) {
          Assertions.fail(missing);
        }
        Assumptions.abort(missing);
      }
    }
  }

  private static Stream<Path> places() {
    Stream<Path> path =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .map(Path::of);
    return Stream.concat(USUAL_PLACES.stream().flatMap(Tool::versions), path);
  }

  private static Stream<Path> versions(Path place) {
    if (!Files.isDirectory(place)) {
      return Stream.empty();
    }
    try (Stream<Path> entries = Files.list(place)) {
      List<Path> versions = entries.sorted(Comparator.reverseOrder()).toList();
      return Stream.concat(Stream.of(place), versions.stream()).map(home -> home.resolve("bin"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Runs it against an endpoint until it ends.
  ///
  /// @return all it wrote
  public String run(Endpoint endpoint, String... arguments) throws Exception {
    Path output = Files.createTempFile("trunkline-tool-", ".out");
    Process process = begin(endpoint, output, arguments);
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(program + " does not end: " + Files.readString(output));
      }
      if (process.exitValue() != 0) {
        throw new AssertionError(program + " failed: " + Files.readString(output));
      }
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  /// Starts it against an endpoint; it goes on.
  public Process begin(Endpoint endpoint, Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of("-h", endpoint.host(), "-p", endpoint.port() + ""));
    command.addAll(List.of("-U", endpoint.user(), "--no-password"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PGPASSWORD", endpoint.password());
    builder.environment().put("LC_ALL", "C");
    return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }
}
