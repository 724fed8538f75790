package io.trunkline.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trunkline.embedded.Ports;
import io.trunkline.embedded.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The demo as a program of its own, without a terminal.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DemoProgramIT {
  private static final int TERMINATED = 128 + 15;
  private static final Path POSTGRES =
      Path.of(
          System.getProperty("java.io.tmpdir"),
          "trunkline-postgres-" + System.getProperty("user.name"));

  @TempDir private Path temporary;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void program_forSomeTime_endsByItselfAndTellsWhatHappened() throws Exception {
    Process demo = start("--for", "12s", "--kill-primary-after", "2s", "--away", "1s");

    List<String> lines = demo.inputReader().lines().toList();

    assertThat(lines)
        .anyMatch(line -> line.contains("promoted"))
        .anyMatch(line -> line.matches("In .*, queries answered by member:"))
        .anyMatch(line -> line.matches(" *\\S+ +kill of pg1 +writers .*"));
    assertThat(demo.waitFor()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void program_toldToEnd_leavesNoProcessAndNoFile() throws Exception {
    Process demo = start();
    BufferedReader out = demo.inputReader();
    readUntil(out, ".*writers [1-9].*");
    List<ProcessHandle> processes = demo.descendants().toList();
    assertThat(files()).isNotEmpty();

    demo.toHandle().destroy(); // unlike destroy(), leaves its output open

    readUntil(out, ".*queries answered by member.*");
    assertThat(demo.waitFor()).isEqualTo(TERMINATED);
    assertThat(temporary).isEmptyDirectory();
    await().until(() -> processes.stream().noneMatch(Processes::runs));
  }

  @ParameterizedTest
  @ValueSource(strings = {" *pg1, .*", " *pg2, .*", " *database app.*", " *Trunkline .*"})
  void program_toldToEndWhileItIsSetUp_leavesNoProcessAndNoFile(String step) throws Exception {
    Process demo = start();
    BufferedReader out = demo.inputReader();
    readUntil(out, step);

    demo.toHandle().destroy();

    assertThat(demo.errorReader().lines()).isEmpty();
    assertThat(demo.waitFor()).isEqualTo(TERMINATED);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void program_portBusy_saysSoAndTakesAnother() throws Exception {
    int port = Ports.free();
    try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Process demo = start("--port", Integer.toString(taken.getLocalPort()));

      readUntil(demo.inputReader(), "port %d is busy, using \\d+".formatted(port));
    }
  }

  @Test
  void program_deedAfterTheEnd_isRefused() throws Exception {
    Process demo = start("--for", "5s", "--kill-primary-after", "10s");

    assertThat(demo.errorReader().lines())
        .first()
        .isEqualTo("--kill-primary-after 10s is never reached: the demo ends after 5s");
    assertThat(demo.waitFor()).isEqualTo(2);
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Dtrunkline.embedded.cache=" + POSTGRES);
    command.add("-Dtrunkline.demo.log=/dev/null");
    command.add(Demo.class.getName());
    command.addAll(List.of(arguments));
    Process demo = new ProcessBuilder(command).start();
    started.add(demo);
    return demo;
  }

  private static void readUntil(BufferedReader out, String pattern) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.matches(pattern)) {
        return;
      }
    }
    throw new AssertionError("no line matches " + pattern);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }
}
