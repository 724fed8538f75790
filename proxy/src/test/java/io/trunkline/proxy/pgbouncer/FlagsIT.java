package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// PgBouncer's flags about the log. What the launcher does with the others is in `LauncherIT` and
/// `DaemonIT`.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FlagsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String UP = "process up: Trunkline";

  @TempDir private Path directory;

  private Path ini() throws IOException {
    Path users = Files.writeString(directory.resolve("users.txt"), "\"root\" \"r\"\n");
    return Files.writeString(
        directory.resolve("pgbouncer.ini"),
        """
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = md5
        auth_file = %s
        logfile = %s
        """
            .formatted(Ports.free(), users, directory.resolve("pooler.log")));
  }

  /// What its file says by the time it has served and ended.
  private String log(Program program) throws Exception {
    Path file = directory.resolve("pooler.log");
    Await.until(SOON, "it is up", () -> Files.exists(file) && Files.readString(file).contains(UP));
    program.signal("INT");
    assertThat(program.awaitEnd()).isZero();
    return Files.readString(file);
  }

  @Test
  void noFlag_writesToFileAndOutput() throws Exception {
    try (Program program = Program.begin(ini(), new String[0])) {
      assertThat(log(program)).contains("LOG listening on").doesNotContain(" DEBUG ");
      assertThat(program.lines()).anyMatch(line -> line.contains(UP));
    }
  }

  @Test
  void quiet_writesToTheFileAlone() throws Exception {
    try (Program program = Program.begin(ini(), "--quiet")) {
      assertThat(log(program)).contains("LOG listening on");
      assertThat(program.lines()).isEmpty();
    }
  }

  @Test
  void verbose_writesMore() throws Exception {
    try (Program program = Program.begin(ini(), "--verbose")) {
      assertThat(log(program)).contains(" DEBUG ");
    }
  }
}
