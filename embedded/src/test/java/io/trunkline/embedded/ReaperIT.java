package io.trunkline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReaperIT {
  /// The program that the other JVM runs: starts a server, says what is to be cleaned up, waits.
  static final class Victim {
    private Victim() {}

    static void main() throws IOException {
      EmbeddedServer server = EmbeddedServer.create();
      server.freeze();
      IO.println(server.dataDirectory().resolveSibling("."));
      ProcessHandle.current().children().forEach(child -> IO.println(child.pid()));
      IO.println("end");
      IO.readln();
    }
  }

  @Test
  void jvm_killedHard_leavesNoProcessAndNoFile() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = jvm.inputReader()) {
      List<String> lines = out.lines().takeWhile(line -> !line.equals("end")).toList();
      Path directory = Path.of(lines.get(lines.size() - 3)).normalize();
      assertThat(directory).isDirectory();

      jvm.destroyForcibly();

      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(directory).doesNotExist());
      Awaitility.await().until(() -> lines.stream().noneMatch(ReaperIT::isRunningProcess));
    } finally {
      jvm.destroyForcibly();
    }
  }

  private static boolean isRunningProcess(String line) {
    return line.matches("\\d+")
        && ProcessHandle.of(Long.parseLong(line)).map(Processes::runs).orElse(false);
  }
}
