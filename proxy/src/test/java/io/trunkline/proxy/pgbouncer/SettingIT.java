package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.Program;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `SET`, `SHOW CONFIG` and `SUSPEND` of a proxy that serves a `pgbouncer.ini`, or a file of ours.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SettingIT {
  @TempDir private Path directory;

  private Program ini() throws IOException {
    return ini("pool_mode = transaction");
  }

  private Program ini(String more) throws IOException {
    Path users = Files.writeString(directory.resolve("users.txt"), "\"root\" \"r\"\n");
    Path ini =
        Files.writeString(
            directory.resolve("pgbouncer.ini"),
            """
            [databases]
            app = host=127.0.0.1 port=%d
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = trust
            auth_file = %s
            admin_users = root
            %s
            """
                .formatted(Postgres.shared().app().port(), Ports.free(), users, more));
    return Program.run(ini, 1);
  }

  private Program yaml() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("trunkline.yml"),
            """
            listeners: [{ address: 127.0.0.1, port: 0 }]
            clusters:
              main:
                members: ['127.0.0.1:%d']
                probe: { user: probe, password: probe, database: postgres }
            users: { app: { password: app } }
            admin: { users: { root: { password: r, role: admin } } }
            auth: { method: trust }
            """
                .formatted(Postgres.shared().app().port()));
    return Program.run(file, 1);
  }

  private static RawClient console(Program program) throws IOException {
    return RawClient.login(new Endpoint("127.0.0.1", program.port(0), "root", "r", "pgbouncer"));
  }

  private static RawClient app(Program program) throws IOException {
    return RawClient.login(Postgres.shared().app().onPort(program.port(0)));
  }

  private static List<String> shown(RawClient console, String key) throws IOException {
    return console.query("SHOW CONFIG").rows().stream()
        .filter(row -> row.getFirst().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void set_anOption_holdsUntilReload() throws Exception {
    try (Program program = ini();
        RawClient console = console(program)) {
      assertThat(shown(console, "query_timeout")).containsExactly("query_timeout", "0", "0", "yes");
      assertThat(shown(console, "listen_addr"))
          .containsExactly("listen_addr", "127.0.0.1", "", "no");
      assertThat(console.query("SET query_timeout = 0.2").commandTags())
          .containsExactly("SET query_timeout=0.2");
      assertThat(shown(console, "query_timeout").get(1)).isEqualTo("0.2");
      try (RawClient late = app(program)) {
        late.send(Frontend.query("SELECT pg_sleep(60)"));
        assertThat(late.receiveUntil('E').getLast().sqlState()).isEqualTo("57014");
      }
      assertThat(console.query("RELOAD").commandTags()).containsExactly("RELOAD");
      assertThat(shown(console, "query_timeout").get(1)).isEqualTo("0");
    }
  }

  @Test
  void set_whatCannotBe_isRefusedByName() throws Exception {
    try (Program program = ini();
        RawClient console = console(program)) {
      assertThat(detail(console.query("SET listen_port = 5")))
          .isEqualTo("parameter \"listen_port\" cannot be changed while the proxy runs");
      assertThat(detail(console.query("SET a = 5")))
          .isEqualTo("unrecognized configuration parameter \"a\"");
      assertThat(detail(console.query("SET query_timeout = x"))).contains("query_timeout");
      Answer needless = console.query("SET dns_max_ttl = 5");
      assertThat(needless.commandTags()).containsExactly("SET dns_max_ttl=5");
      assertThat(needless.messages().getFirst().fields().get('M')).contains("means nothing here");
    }
  }

  private static String detail(Answer answer) {
    assertThat(answer.error().orElseThrow().fields()).containsEntry('M', "SET failed");
    return answer.error().orElseThrow().fields().get('D');
  }

  @Test
  void set_inAFileOfOurs_takesItsNamesAndPgBouncers() throws Exception {
    try (Program program = yaml();
        RawClient console = console(program)) {
      assertThat(console.query("SET query_wait_timeout = 7").sqlState()).isEqualTo("00000");
      assertThat(shown(console, "query_wait_timeout").get(1)).isEqualTo("7");
      assertThat(console.query("SET pool.size = 3").sqlState()).isEqualTo("00000");
      assertThat(shown(console, "default_pool_size").get(1)).isEqualTo("3");
      assertThat(shown(console, "pool.size").getLast()).isEqualTo("yes");
      assertThat(console.query("SET pool.size = many").sqlState()).isEqualTo("22023");
      assertThat(console.query("SET http.port = 1").sqlState()).isEqualTo("42704");
      assertThat(console.query("SET runtime.transport = nio").sqlState()).isEqualTo("55P02");
      assertThat(shown(console, "query_wait_timeout").get(1)).isEqualTo("7");
    }
  }

  @Test
  void suspend_clientsAreNotRead_untilItsAuthorLeaves() throws Exception {
    try (Program program = ini();
        RawClient client = app(program)) {
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      try (RawClient console = console(program)) {
        assertThat(console.query("SUSPEND").commandTags()).containsExactly("SUSPEND");
        assertThat(console.query("SHOW STATE").rows())
            .contains(List.of("active", "no"), List.of("suspended", "yes"));
        assertThat(console.query("PAUSE").error().orElseThrow().fields())
            .containsEntry('M', "already suspended/paused");
        client.send(Frontend.query("SELECT 2"));
        assertThat(client.poll(Duration.ofMillis(200))).isEmpty();
      }
      assertThat(client.receiveUntilReady()).isNotEmpty();
      try (RawClient console = console(program)) {
        console.query("SUSPEND");
        assertThat(console.query("RESUME").commandTags()).containsExactly("RESUME");
        assertThat(client.query("SELECT 3").value()).isEqualTo("3");
        assertThat(console.query("PAUSE app").sqlState()).isEqualTo("00000");
        assertThat(console.query("SUSPEND").error().orElseThrow().fields())
            .containsEntry('M', "cannot suspend with paused databases");
      }
    }
  }

  @Test
  void disablePqexec_simpleQueryEndsItsClient_othersAreServed() throws Exception {
    try (Program program = ini("disable_pqexec = 1");
        RawClient simple = app(program);
        RawClient extended = app(program)) {
      simple.send(Frontend.query("SELECT 1"));
      Message said = simple.receiveUntilClosed().getLast();
      assertThat(said.fields()).containsEntry('M', "PQexec disallowed").containsEntry('C', "08P01");
      Answer answer =
          extended.ask(
              Frontend.parse("", "SELECT 2"),
              Frontend.bind("", ""),
              Frontend.execute("", 0),
              Frontend.sync());
      assertThat(answer.value()).isEqualTo("2");
    }
  }

  @Test
  void fastClose_reconnect_endsSessionsThatAreIdle() throws Exception {
    try (Program program = ini("pool_mode = session\nserver_fast_close = 1");
        RawClient idle = app(program);
        RawClient busy = app(program);
        RawClient console = console(program)) {
      idle.query("SELECT 1");
      busy.query("BEGIN");
      assertThat(console.query("RECONNECT").commandTags()).containsExactly("RECONNECT");
      assertThat(idle.receiveUntilClosed().getLast().fields())
          .containsEntry('M', "database configuration changed");
      assertThat(busy.query("SELECT 2").value()).isEqualTo("2");
    }
  }
}
