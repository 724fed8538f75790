package io.trunkline.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The whole harness with the proxy that this build has packaged, as briefly as can be: what comes
/// out is complete, whatever the figures.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@EnabledOnOs(OS.LINUX)
class BenchIT {
  private static final Path PROXY =
      Path.of("..", "proxy", "target", "trunkline", "trunkline.jar").toAbsolutePath().normalize();

  @TempDir private Path directory;

  private String run(String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--trunkline",
                PROXY.toString(),
                "--output",
                directory.toString(),
                "--rounds",
                "1",
                "--seconds",
                "0.3",
                "--warm-up",
                "0.02",
                "--together"));
    all.addAll(List.of(arguments));
    assertThat(new CommandLine(new Bench()).execute(all.toArray(String[]::new))).isZero();
    return Files.readString(directory.resolve("results.md"));
  }

  @Test
  void writesACompleteTable() throws IOException {
    String scenarios = "null-simple-16,null-connect-scram,null-connect-tls,pg-prepared-16";

    String table = run("--peers", "none", "--scenarios", scenarios);

    for (String scenario : scenarios.split(",", -1)) {
      String row = row(table, scenario, "trunkline");
      assertThat(row.split("\\|", -1)).hasSize(16);
      assertThat(row).endsWith("| 0 |"); // errors
    }
    assertThat(Files.readString(directory.resolve("results.svg"))).contains("null-simple-16");
  }

  @Test
  void comparesWithAPeer() throws IOException {
    assumeTrue(Programs.find("pgbouncer").isPresent(), "there is no pgbouncer here");

    String table = run("--peers", "pgbouncer,odyssey=/nowhere", "--scenarios", "null-simple-16");

    assertThat(table).contains("odyssey: not found, left out").contains("Ratios are to pgbouncer");
    assertThat(row(table, "null-simple-16", "trunkline")).contains("**");
    assertThat(row(table, "null-simple-16", "pgbouncer")).contains("**1.00**");
  }

  private static String row(String table, String scenario, String contestant) {
    return table
        .lines()
        .filter(line -> line.startsWith("| %s ".formatted(scenario)))
        .filter(line -> line.contains("| %s |".formatted(contestant)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no %s in %s".formatted(scenario, table)));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    StringWriter said = new StringWriter();
    CommandLine command = new CommandLine(new Bench()).setErr(new PrintWriter(said));

    int status = command.execute("--trunkline", PROXY.toString(), "--scenarios", "null-nothing");

    assertThat(status).isEqualTo(2);
    assertThat(said.toString()).contains("no scenario is called null-nothing: --list names them");
  }
}
