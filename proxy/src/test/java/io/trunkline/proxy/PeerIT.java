package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.DATABASE;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients of a Unix socket, psql among them, whom the system knows.
class PeerIT {
  private static final int PORT = 6543;

  @TempDir private static Path directory;

  private static EmbeddedServer server;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = newServer(ServerOptions.newest());
    server.execute("CREATE ROLE bob LOGIN PASSWORD 'bob'");
    String me = System.getProperty("user.name");
    Path ident = Files.writeString(directory.resolve("ident"), "us \"" + me + "\" alice\n");
    Path hba =
        Files.writeString(
            directory.resolve("hba"),
            "local all alice,bob peer map=us\nlocal all postgres peer\nlocal all all reject\n");
    proxy =
        Configured.start(
            """
            listeners: [{ address: '%s', port: %d, role: any }]
            clusters:
              main:
                members: ['127.0.0.1:%d']
                probe: { user: probe, interval: 100ms, timeout: 500ms }
            databases: { %s: {} }
            users: { alice: { password: alice }, bob: { password: bob } }
            auth: { hba_file: '%s', ident_file: '%s' }
            """
                .formatted(directory, PORT, server.port(), DATABASE, hba, ident));
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    server.close();
  }

  private static String psql(String user, String database, String sql) throws Exception {
    var endpoint = new Endpoint(directory.toString(), PORT, user, "", database);
    Path output = Files.createTempFile(directory, "psql", ".out");
    Process psql =
        Tool.installed("psql").begin(endpoint, output, "-d", database, "-X", "-At", "-c", sql);
    try {
      assertThat(psql.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return Files.readString(output);
    } finally {
      psql.destroyForcibly();
    }
  }

  @Test
  void login_accountInTheMap_isThatUser() throws Exception {
    assertThat(psql("alice", DATABASE, "SELECT current_user")).isEqualTo("alice\n");
  }

  @Test
  void login_accountNotInTheMap_isRefused() throws Exception {
    assertThat(psql("bob", DATABASE, "SELECT 1"))
        .contains("Peer authentication failed for user \"bob\"");
    assertThat(psql("carol", DATABASE, "SELECT 1"))
        .contains("pg_hba.conf rejects connection for host \"[local]\", user \"carol\"");
  }

  /// As PgBouncer does: whatever the lines say, and with all rights.
  @Test
  void console_accountOfTheProxy_commands() throws Exception {
    assertThat(psql("pgbouncer", "pgbouncer", "SHOW VERSION")).isNotEmpty();
    assertThat(psql("pgbouncer", "pgbouncer", "PAUSE shop")).isEqualTo("PAUSE\n");
    assertThat(psql("trunkline", "trunkline", "RESUME shop")).isEqualTo("RESUME\n");
    assertThat(psql("pgbouncer", DATABASE, "SELECT 1")).contains("pg_hba.conf rejects");
  }
}
