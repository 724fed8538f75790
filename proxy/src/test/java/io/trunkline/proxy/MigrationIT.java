package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.PgBench;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The steps of docs/migrate-from-pgbouncer.md, with files like those of PgBouncer's quick start:
/// one database, one user who is also the console's.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class MigrationIT {
  private static final String USER = "someuser";

  @TempDir private Path directory;
  private int port;

  @BeforeAll
  static void createUser() throws IOException {
    Postgres.shared().run("CREATE ROLE someuser LOGIN PASSWORD 'secret of someuser'");
  }

  private Path ini() throws IOException {
    port = Ports.free();
    Path users = directory.resolve("userlist.txt");
    Files.writeString(users, "\"someuser\" \"secret of someuser\"\n");
    return Files.writeString(
        directory.resolve("pgbouncer.ini"),
        """
        [databases]
        template1 = host=localhost port=%d dbname=template1 auth_user=someuser
        [pgbouncer]
        listen_port = %d
        listen_addr = localhost
        unix_socket_dir = %s
        auth_type = md5
        auth_file = %s
        logfile = %s
        pidfile = %s
        admin_users = someuser
        """
            .formatted(
                Postgres.shared().app().port(),
                port,
                directory,
                users,
                directory.resolve("pgbouncer.log"),
                directory.resolve("pgbouncer.pid")));
  }

  /// What a command of ours prints; it must succeed.
  private static String told(String... command) throws InterruptedException {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status =
        new Main(new PrintStream(out, true), new PrintStream(err, true)).execute(List.of(command));
    assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  private Endpoint at(String host, String database) {
    return new Endpoint(host, port, USER, "secret of someuser", database);
  }

  /// psql, pgbench and the console, as the quick start has them.
  private void use() throws Exception {
    Tool psql = Tool.installed("psql");
    String[] ask = {"-XAt", "-d", "template1", "-c", "SELECT current_user, current_database()"};
    assertThat(psql.run(at("localhost", "template1"), ask)).isEqualTo("someuser|template1\n");
    assertThat(psql.run(at(directory.toString(), "template1"), ask))
        .isEqualTo("someuser|template1\n");
    Endpoint console = at("localhost", "pgbouncer");
    assertThat(psql.run(console, "-X", "-d", "pgbouncer", "-c", "show help"))
        .contains("Console usage", "SHOW STATS");
    assertThat(psql.run(console, "-X", "-d", "pgbouncer", "-c", "RELOAD")).isEqualTo("RELOAD\n");
    Path script = Files.writeString(directory.resolve("one.sql"), "SELECT 1;\n");
    String[] bench = {"-n", "-c", "4", "-t", "25", "-f", script.toString()};
    assertThat(PgBench.run(at("localhost", "template1"), directory, bench))
        .contains("number of transactions actually processed: 100/100");
  }

  @Test
  void quickStart_lookRunConvert() throws Exception {
    Path ini = ini();
    assertThat(told("check", ini.toString())).endsWith(ini + ": no mistakes\n");
    try (Program program = Program.run(ini, 1)) {
      use();
      assertThat(Files.readString(directory.resolve("pgbouncer.pid")).strip())
          .isEqualTo(Long.toString(program.pid()));
      program.signal("INT");
      assertThat(program.awaitEnd()).isZero();
    }
    assertThat(Files.readString(directory.resolve("pgbouncer.log")))
        .contains("login attempt: db=template1 user=someuser")
        .doesNotContain("secret of");
    Path yaml =
        Files.writeString(directory.resolve("trunkline.yml"), told("convert", ini.toString()));
    assertThat(told("check", yaml.toString())).isEqualTo(yaml + ": no mistakes\n");
    try (Program program = Program.run(yaml, 1)) {
      use();
      program.signal("INT");
      assertThat(program.awaitEnd()).isZero();
    }
  }

  /// Every option stands there, mostly behind a semicolon.
  @Test
  void debiansFile_hasNoMistakes_evenWithEveryOptionInForce() throws Exception {
    Path debians = Path.of("/etc/pgbouncer/pgbouncer.ini");
    Assumptions.assumeTrue(Files.isReadable(debians), debians + " is not there, or not readable");
    Path users = Files.writeString(directory.resolve("userlist.txt"), "\"app\" \"app\"\n");
    String text =
        Files.readString(debians)
            .replace("/etc/pgbouncer/userlist.txt", users.toString())
            .replaceAll("(?m)^\\[databases]", "[databases]\nmine = host=127.0.0.1");
    Path asItIs = Files.writeString(directory.resolve("debian.ini"), text);
    assertThat(told("check", asItIs.toString())).endsWith("no mistakes\n");
    String inForce =
        text.replaceAll(
            "(?m)^;(?=(log_|stats_|server_|query_|client_(idle|login)|tcp_|max_|min_"
                + "|reserve_|default_|syslog|dns_|suspend_|pkt_|listen_b|sbuf)\\w* = )",
            "");
    assertThat(inForce).isNotEqualTo(text);
    Path all = Files.writeString(directory.resolve("all.ini"), inForce);
    assertThat(told("check", all.toString())).endsWith("no mistakes\n");
  }
}
