package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Debian's `prometheus-pgbouncer-exporter` (1.7) looking at our console. It asks for columns that
/// PgBouncer itself renamed long ago, and that we have at the end.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ExporterIT {
  @TempDir private Path directory;

  private Program program() throws IOException {
    Path users =
        Files.writeString(directory.resolve("users.txt"), "\"app\" \"app\"\n\"stats\" \"s\"\n");
    Path ini =
        Files.writeString(
            directory.resolve("pgbouncer.ini"),
            """
            [databases]
            app = host=127.0.0.1 port=%d pool_size=7 reserve_pool=2
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = %s
            stats_users = stats
            """
                .formatted(Postgres.shared().app().port(), Ports.free(), users));
    return Program.run(ini, 1);
  }

  @Test
  void exporter_unchanged_readsOurConsole() throws Exception {
    Tool.installed("prometheus-pgbouncer-exporter");
    try (Program program = program()) {
      Endpoint app = Postgres.shared().app().onPort(program.port(0));
      try (RawClient client = RawClient.login(app)) {
        client.query("SELECT 1");
        client.query("SELECT 2");
        try (Exporter exporter = Exporter.start(directory, program.port(0), "stats", "s")) {
          assertThat(exporter.metrics())
              .contains(
                  "pgbouncer_requests_total{database=\"app\"} 2.0",
                  "pgbouncer_active_clients{database=\"app\",user=\"app\"} 1.0",
                  "pgbouncer_waiting_clients{database=\"app\",user=\"app\"} 0.0",
                  "pgbouncer_pool_size{database=\"app\"} 7.0",
                  "pgbouncer_reserve_pool{database=\"app\"} 2.0",
                  "pgbouncer_used_clients 2.0",
                  "pgbouncer_used_servers 1.0");
        }
      }
    }
  }
}
