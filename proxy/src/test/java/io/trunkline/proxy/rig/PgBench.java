package io.trunkline.proxy.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// pgbench, which does not know all options that psql and its like share.
public final class PgBench {
  private PgBench() {}

  /// What it prints when it has ended, which it must within a minute; the test is skipped where it
  /// is not installed.
  public static String run(Endpoint endpoint, Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Tool.installed("pgbench").program().toString());
    command.addAll(List.of("-h", endpoint.host(), "-p", Integer.toString(endpoint.port())));
    command.addAll(List.of("-U", endpoint.user()));
    command.addAll(List.of(arguments));
    command.add(endpoint.database());
    Path output = directory.resolve("pgbench.out");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PGPASSWORD", endpoint.password());
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("pgbench has ended").isTrue();
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
    }
  }
}
