package io.trunkline.bench.steady;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A short look at the proxy that this build has packaged: what comes out is complete, whatever the
/// figures.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@EnabledOnOs(OS.LINUX)
class SteadyIT {
  private static final Path PROXY =
      Path.of("..", "proxy", "target", "trunkline", "trunkline.jar").toAbsolutePath().normalize();

  @TempDir private Path directory;

  @Test
  void tellsGarbagePausesAndMemory() throws Exception {
    StringWriter said = new StringWriter();
    Path recording = directory.resolve("steady.jfr");

    int status =
        Steady.command()
            .setOut(new PrintWriter(said))
            .execute(
                "--trunkline",
                PROXY.toString(),
                "--minutes",
                "0.08",
                "--warm-up",
                "0.2",
                "--clients",
                "20",
                "--idle",
                "30",
                "--work",
                "prepared",
                "--together",
                "--recording",
                recording.toString());

    assertThat(status).isZero();
    assertThat(said.toString())
        .contains("20 clients, prepared, and 30 idle")
        .containsPattern("allocated +\\d+\\.\\d+ bytes a query on the event loops \\(1\\)")
        .containsPattern("\\d+\\.\\d KiB a second besides")
        .containsPattern("collections +\\d+; the longest \\d+\\.\\d+ ms")
        .containsPattern("safepoints +\\d+; the longest")
        .containsPattern(
            "RSS\\) +\\d+\\.\\d MiB before the clients came, \\d+\\.\\d MiB at the end")
        .contains("errors 0");
    Flight all = Flight.read(recording, new Span(Instant.EPOCH, Instant.MAX));
    assertThat(all.allocations().loopBytesPerSecond()).as("with its start").isPositive();
    assertThat(all.allocations().sites()).isNotEmpty();
  }

  @Test
  void flight_outsideOfTheSpan_isNotCounted() throws Exception {
    StringWriter said = new StringWriter();
    Path recording = directory.resolve("brief.jfr");
    Steady.command()
        .setOut(new PrintWriter(said))
        .execute(
            "--trunkline",
            PROXY.toString(),
            "--minutes",
            "0.001",
            "--warm-up",
            "0.01",
            "--together",
            "--recording",
            recording.toString());

    assertThat(said.toString()).contains("not known: the time was too short");
    Flight none = Flight.read(recording, new Span(Instant.EPOCH, Instant.EPOCH));
    assertThat(none.allocations().loops()).isZero();
    assertThat(none.collections().count()).isZero();
    assertThat(none.safepoints().longest()).isEqualTo(Duration.ZERO);
  }
}
