package io.trunkline.proxy;

import static io.trunkline.proxy.AuthQueryScene.ASKER;
import static io.trunkline.proxy.AuthQueryScene.DATABASE;
import static io.trunkline.proxy.AuthQueryScene.newServer;
import static io.trunkline.proxy.AuthQueryScene.refusal;
import static io.trunkline.proxy.AuthQueryScene.whoAmI;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.Surroundings;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lines of an HBA file in front of a real server, which itself wants SCRAM from everybody.
class HbaIT {
  private static EmbeddedServer server;

  @TempDir private static Path directory;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = newServer(ServerOptions.newest());
    server.execute("CREATE ROLE staff");
    server.execute("CREATE ROLE inner_staff");
    server.execute("GRANT staff TO inner_staff");
    server.execute("GRANT inner_staff TO alice");
    server.execute("CREATE ROLE bob LOGIN SUPERUSER PASSWORD 'bob'");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static ProxyServer proxy(String hba) throws IOException {
    return proxy(hba, "127.0.0.1:" + server.port());
  }

  private static ProxyServer proxy(String hba, String member) throws IOException {
    Path file = Files.createTempFile(directory, "hba", ".conf");
    Files.writeString(file, hba.replace(';', '\n'));
    return Configured.start(yaml(file, member));
  }

  private static String yaml(Path hba, String member) {
    return """
    listeners: [{ address: 127.0.0.1, port: 0, role: any }]
    clusters:
      main:
        members: ['%s']
        probe: { user: probe, interval: 100ms, timeout: 500ms }
        hold: 5s
    databases: { %s: {}, '*': {} }
    users: { known: { password: known } }
    pool: { connect_timeout: 3s, login_retry: 50ms }
    admin: { users: { chief: { password: chief, role: admin } } }
    auth: { %s, hba_file: '%s', query_timeout: 2s, query_refresh: 0, query_keep: 0 }
    """
        .formatted(member, DATABASE, ASKER, hba);
  }

  private static Endpoint at(ProxyServer proxy, String database, String user, String password) {
    return new Endpoint("127.0.0.1", Configured.port(proxy, 0), user, password, database);
  }

  /// What becomes of alice.
  private static String fate(ProxyServer proxy, String user) throws IOException {
    Endpoint endpoint = at(proxy, DATABASE, user, user);
    try (RawClient client = RawClient.login(endpoint)) {
      return client.query("SELECT current_user").value();
    } catch (LoginRefused refused) {
      return refused.error().sqlState();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host all all 127.0.0.1/32 scram-sha-256 | alice",
        "host all all samehost scram-sha-256 | alice",
        "host all all localhost password | alice",
        "host all all 127.0.0.0/8 md5 | alice",
        "host shop alice all password | alice",
        "host all +staff all scram-sha-256 | alice",
        "host all +staff all reject;host all all all scram-sha-256 | 28000",
        "host samerole all all scram-sha-256 | 28000",
        "host all /^ali all scram-sha-256 | alice",
        "host all bob all scram-sha-256 | 28000",
        "local all all scram-sha-256 | 28000",
        "hostssl all all all scram-sha-256 | 28000",
        "host all all all reject | 28000"
      })
  void login_firstLine_decides(String hba, String fate) throws IOException {
    try (ProxyServer proxy = proxy(hba)) {
      assertThat(fate(proxy, "alice")).isEqualTo(fate);
    }
  }

  /// A superuser is in no group that it was not put into.
  @Test
  void login_superuser_isNoMember() throws IOException {
    try (ProxyServer proxy = proxy("host all +staff all scram-sha-256")) {
      assertThat(fate(proxy, "bob")).isEqualTo("28000");
      assertThat(fate(proxy, "alice")).isEqualTo("alice");
      assertThat(fate(proxy, "nobody")).isEqualTo("28000");
    }
  }

  @Test
  void refusal_text_isThatOfPostgres() throws IOException {
    try (ProxyServer proxy = proxy("host all bob all reject")) {
      assertThat(refusal(at(proxy, DATABASE, "alice", "")).fields().get('M'))
          .isEqualTo(
              "no pg_hba.conf entry for host \"127.0.0.1\", user \"alice\", database \"shop\","
                  + " no encryption");
      assertThat(refusal(at(proxy, DATABASE, "bob", "")).fields().get('M'))
          .isEqualTo(
              "pg_hba.conf rejects connection for host \"127.0.0.1\", user \"bob\","
                  + " database \"shop\", no encryption");
    }
  }

  /// A line that depends on what nobody can say now is not passed by.
  @Test
  void login_groupsUnknown_isRefused() throws IOException {
    try (ProxyServer proxy =
        proxy("host all +staff all reject;host all all all trust", "127.0.0.1:1")) {
      Message refusal = refusal(at(proxy, DATABASE, "alice", "alice"));
      assertThat(refusal.sqlState()).isEqualTo("08006");
    }
  }

  /// What is trusted is trusted on the console too, if it may be there at all.
  @Test
  void console_lineOfTrust_letsInWhoMayBeThere() throws IOException {
    try (ProxyServer proxy = proxy("host trunkline,pgbouncer all all trust")) {
      try (RawClient client = RawClient.login(at(proxy, "pgbouncer", "chief", "none"))) {
        assertThat(client.query("SHOW VERSION").value()).isNotEmpty();
      }
      assertThat(refusal(at(proxy, "pgbouncer", "alice", "alice")).sqlState()).isEqualTo("28P01");
    }
  }

  @Test
  void console_lineThatRejects_keepsOut() throws IOException {
    try (ProxyServer proxy =
        proxy("host trunkline all all reject;host all all all scram-sha-256")) {
      assertThat(refusal(at(proxy, "trunkline", "chief", "chief")).sqlState()).isEqualTo("28000");
      assertThat(whoAmI(at(proxy, DATABASE, "alice", "alice"))).isEqualTo("alice");
    }
  }

  @Test
  void showHba_lines_areThoseOfTheFile() throws IOException {
    try (ProxyServer proxy =
            proxy("host pgbouncer all all trust;host a,b +staff 10.0.0.0 255.0.0.0 md5");
        RawClient client = RawClient.login(at(proxy, "pgbouncer", "chief", ""))) {
      assertThat(client.query("SHOW HBA").rows())
          .extracting(row -> row.subList(3, 9))
          .containsExactly(
              Arrays.asList("host", "pgbouncer", "all", "all", null, "trust"),
              Arrays.asList("host", "a,b", "+staff", "10.0.0.0", "255.0.0.0", "md5"));
    }
  }

  /// A wrong file changes nothing; a right one counts for whoever comes next.
  @Test
  void reload_lines_areReadAnewOrNot() throws IOException {
    Path file = Files.createTempFile(directory, "hba", ".conf");
    Files.writeString(file, "host all chief all scram-sha-256\n");
    String yaml = yaml(file, "127.0.0.1:" + server.port());
    ConfigFile reader = new ConfigFile(Surroundings.ofProcess());
    try (ProxyServer proxy =
        ProxyServer.start(
            Configured.config(yaml), () -> reader.readText(Path.of("test.yml"), yaml))) {
      Endpoint console = at(proxy, "trunkline", "chief", "chief");
      assertThat(fate(proxy, "alice")).isEqualTo("28000");
      try (RawClient client = RawClient.login(console)) {
        Files.writeString(file, "host all all all scram-sha-256\nhost nonsense\n");
        assertThat(client.query("RELOAD").error().orElseThrow().fields().toString())
            .contains(file + ":2");
        assertThat(fate(proxy, "alice")).isEqualTo("28000");
        Files.writeString(file, "host all all all scram-sha-256\n");
        client.query("RELOAD");
        assertThat(fate(proxy, "alice")).isEqualTo("alice");
      }
    }
  }
}
