package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.PgBench;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A file of the kind that guides to Patroni have for the PgBouncer on each node: every database of
/// the server beside it, users by a function of the database, more clients than servers.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PatroniGuideIT {
  private static final String FUNCTION =
      """
      CREATE FUNCTION pooler.user_lookup(wanted text, OUT uname text, OUT phash text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
        $$ SELECT usename::text, passwd FROM pg_shadow WHERE usename = wanted $$\
      """;

  @TempDir private Path directory;

  @BeforeAll
  static void createPooler() throws IOException {
    run(
        "CREATE ROLE pooler LOGIN PASSWORD 'secret of pooler'",
        "CREATE SCHEMA pooler AUTHORIZATION pooler",
        FUNCTION,
        "REVOKE ALL ON FUNCTION pooler.user_lookup(text) FROM public",
        "GRANT EXECUTE ON FUNCTION pooler.user_lookup(text) TO pooler");
  }

  @AfterAll
  static void dropPooler() throws IOException {
    run("DROP FUNCTION pooler.user_lookup(text)", "DROP SCHEMA pooler", "DROP ROLE pooler");
  }

  private static void run(String... statements) throws IOException {
    try (RawClient admin = RawClient.login(Postgres.shared().admin().inDatabase("postgres"))) {
      for (String sql : statements) {
        assertThat(admin.query(sql).error()).as(sql).isEmpty();
      }
    }
  }

  private Path ini(int port) throws IOException {
    Path users = directory.resolve("userlist.txt");
    Files.writeString(users, "\"pooler\" \"secret of pooler\"\n");
    return Files.writeString(
        directory.resolve("pgbouncer.ini"),
        """
        ;; every database of the node's own server
        [databases]
        * = host=127.0.0.1 port=%d

        [pgbouncer]
        logfile = %s
        pidfile = %s
        listen_addr = *
        listen_port = %d
        unix_socket_dir = %s
        auth_type = scram-sha-256
        auth_user = pooler
        auth_dbname = postgres
        auth_file = %s
        auth_query = SELECT uname, phash FROM pooler.user_lookup($1)
        admin_users = pooler
        stats_users = pooler
        ignore_startup_parameters = extra_float_digits,geqo,search_path

        pool_mode = transaction
        server_reset_query = DISCARD ALL
        server_check_query = select 1
        server_check_delay = 30
        max_client_conn = 1000
        default_pool_size = 20
        min_pool_size = 0
        reserve_pool_size = 5
        reserve_pool_timeout = 3
        max_db_connections = 100
        max_prepared_statements = 100
        pkt_buf = 8192
        listen_backlog = 4096
        server_lifetime = 3600
        server_idle_timeout = 600
        server_connect_timeout = 15
        server_login_retry = 1
        query_wait_timeout = 60
        client_idle_timeout = 0
        tcp_keepalive = 1
        tcp_keepidle = 60
        log_connections = 0
        log_disconnections = 0
        """
            .formatted(
                Postgres.shared().app().port(),
                directory.resolve("pgbouncer.log"),
                directory.resolve("pgbouncer.pid"),
                port,
                directory,
                users));
  }

  @Test
  void guidesFile_unchanged_servesPsqlPgbenchAndTheExporter() throws Exception {
    Tool psql = Tool.installed("psql");
    Tool.installed("pgbench");
    Tool.installed("prometheus-pgbouncer-exporter");
    int port = Ports.free();
    try (Program _ = Program.run(ini(port), 1)) {
      Endpoint app = Postgres.shared().app().onPort(port);
      assertThat(
              psql.run(
                  app,
                  "-XAt",
                  "-d",
                  "app",
                  "-c",
                  "SELECT current_user || '@' || current_database()"))
          .isEqualTo("app@app\n");
      Path script = Files.writeString(directory.resolve("one.sql"), "SELECT 1;\n");
      for (String protocol : new String[] {"simple", "extended", "prepared"}) {
        String[] bench = {"-n", "-M", protocol, "-c", "30", "-t", "20", "-f", script.toString()};
        assertThat(PgBench.run(app, directory, bench))
            .contains("number of transactions actually processed: 600/600");
      }
      Endpoint console = app.as("pooler", "secret of pooler");
      assertThat(psql.run(console, "-XAt", "-d", "pgbouncer", "-c", "SHOW POOLS"))
          .contains("app|app|");
      try (Exporter exporter = Exporter.start(directory, port, "pooler", "secret of pooler")) {
        assertThat(exporter.metrics())
            .contains("pgbouncer_pool_size{database=\"app\"} 20.0", "pgbouncer_used_clients 1.0");
      }
    }
    assertThat(directory.resolve("pgbouncer.log")).content().doesNotContain("secret of");
  }
}
