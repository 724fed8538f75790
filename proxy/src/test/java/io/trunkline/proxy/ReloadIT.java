package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.embedded.Ports;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// RELOAD: the whole of another configuration, or nothing of it.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReloadIT {
  @TempDir private Path directory;
  private final Postgres postgres = Postgres.shared();
  private Path file;
  private ProxyServer proxy;
  private int port;
  private int other;

  @BeforeEach
  void start() throws IOException {
    port = Ports.free();
    other = Ports.free();
    file = directory.resolve("trunkline.yml");
    write("databases: { app: {} }");
    ConfigResult.Ok ok = (ConfigResult.Ok) ConfigFile.read(file);
    proxy = ProxyServer.start(ok.config(), () -> ConfigFile.read(file));
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private String text(String listeners, String clusters, String rest) {
    return """
    listeners: [{ address: 127.0.0.1, port: %d, role: any, pool_mode: transaction }%s]
    clusters:
      main:
        members: ['127.0.0.1:%d']
        probe: { method: none }
    %s
    users: { app: { password: app } }
    auth: { method: trust }
    admin: { users: { root: { password: root, role: admin } } }
    %s
    """
        .formatted(port, listeners, postgres.app().port(), clusters, rest);
  }

  private void write(String rest) throws IOException {
    Files.writeString(file, text("", "", rest));
  }

  private Endpoint at(String database) {
    return postgres.app().onPort(port).inDatabase(database);
  }

  private Answer console(String command) throws IOException {
    try (RawClient console = RawClient.login(at("trunkline").as("root", "root"))) {
      return console.query(command);
    }
  }

  private static void refused(Endpoint endpoint, String sqlState) {
    assertThatThrownBy(() -> RawClient.login(endpoint).close())
        .isInstanceOfSatisfying(
            LoginRefused.class, refusal -> assertThat(refusal.sqlState()).isEqualTo(sqlState));
  }

  private static String currentDatabase(Endpoint endpoint) throws IOException {
    try (RawClient client = RawClient.login(endpoint)) {
      return client.query("SELECT current_database()").value();
    }
  }

  @Test
  void reload_anotherDatabase_isThere_andWhoIsHereStays() throws Exception {
    refused(at("more"), "3D000");
    try (RawClient client = RawClient.login(at("app"))) {
      client.query("BEGIN");
      write("databases: { app: {}, more: { dbname: postgres } }");
      assertThat(console("RELOAD").commandTags()).containsExactly("RELOAD");
      assertThat(currentDatabase(at("more"))).isEqualTo("postgres");
      assertThat(client.query("COMMIT").sqlState()).isEqualTo("00000");
      write("databases: { more: { dbname: postgres } }");
      console("RELOAD");
      refused(at("app"), "3D000");
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
    }
  }

  /// The sizes of the pools to `app`, with the connections each has.
  private List<String> pools() throws IOException {
    return console("SHOW MEMBER_POOLS").rows().stream()
        .filter(row -> row.get(2).equals("app"))
        .map(row -> row.get(9) + ": " + row.get(5) + " active, " + row.get(6) + " idle")
        .sorted()
        .toList();
  }

  private void listeners(String pool) throws IOException {
    String more =
        ", { address: 127.0.0.1, port: %d, role: any, pool_mode: transaction%s }"
            .formatted(other, pool);
    Files.writeString(file, text(more, "", "pool: { size: 9 }"));
    assertThat(console("RELOAD").sqlState()).isEqualTo("00000");
  }

  @Test
  void reload_anotherPoolOfOneListener_itsClientsTakeItWithTheirNextTransaction() throws Exception {
    listeners("");
    try (RawClient one = RawClient.login(at("app"));
        RawClient two = RawClient.login(at("app").onPort(other))) {
      one.query("BEGIN");
      two.query("BEGIN");
      assertThat(pools()).containsExactly("9: 2 active, 0 idle");
      listeners(", pool: { size: 3 }");
      assertThat(one.query("COMMIT").sqlState()).isEqualTo("00000");
      assertThat(two.query("COMMIT").sqlState()).isEqualTo("00000");
      one.query("BEGIN");
      two.query("BEGIN");
      assertThat(pools())
          .hasSize(2)
          .allMatch(pool -> pool.matches("[39]: 1 active, [01] idle"), "one client in each");
      listeners("");
      one.query("COMMIT");
      two.query("COMMIT");
      one.query("BEGIN");
      two.query("BEGIN");
      assertThat(pools()).contains("3: 0 active, 0 idle").anyMatch(it -> it.startsWith("9: 2 act"));
    }
  }

  @Test
  void reload_anotherWait_holdsForWhoWaits() throws Exception {
    write("pool: { size: 1 }");
    console("RELOAD");
    try (RawClient busy = RawClient.login(at("app"));
        RawClient waits = RawClient.login(at("app"))) {
      busy.query("BEGIN");
      waits.send(Frontend.query("SELECT 1"));
      write("pool: { size: 1, query_wait_timeout: 100ms }");
      console("RELOAD");
      assertThat(waits.receiveUntil('E').getLast().sqlState()).isEqualTo("53300");
    }
  }

  /// Names that a client gave to its statements would mean something else otherwise.
  @Test
  void reload_statementsNotSharedAnyMore_whoIsHereGoesOnSharing() throws Exception {
    try (RawClient client = RawClient.login(at("app"));
        RawClient another = RawClient.login(at("app"))) {
      client.ask(Frontend.parse("mine", "SELECT 41"), Frontend.sync());
      write("pool: { prepared_statements: 0 }");
      console("RELOAD");
      another.query("BEGIN"); // has what may have been the first one's server
      assertThat(
              client
                  .ask(Frontend.bind("", "mine"), Frontend.execute("", 0), Frontend.sync())
                  .value())
          .isEqualTo("41");
    }
  }

  @Test
  void reload_anotherCluster_isGoneTo() throws Exception {
    Files.writeString(
        file,
        text(
            "",
            "  second: { members: ['localhost:%d'], probe: { method: none } }"
                .formatted(postgres.app().port()),
            "databases: { app: { cluster: main }, two: { cluster: second, dbname: app } }"));
    assertThat(console("RELOAD").sqlState()).isEqualTo("00000");
    assertThat(currentDatabase(at("two"))).isEqualTo("app");
    assertThat(console("SHOW MEMBERS").column()).contains("main", "second");
  }

  @Test
  void reload_anotherListener_comesAndGoes() throws Exception {
    String more =
        ", { address: 127.0.0.1, port: %d, role: any, pool_mode: session }".formatted(other);
    Files.writeString(file, text(more, "", ""));
    assertThat(console("RELOAD").sqlState()).isEqualTo("00000");
    assertThat(currentDatabase(at("app").onPort(other))).isEqualTo("app");
    write("");
    assertThat(console("RELOAD").sqlState()).isEqualTo("00000");
    assertThat(Ports.isFree(other)).isTrue();
    assertThat(currentDatabase(at("app"))).isEqualTo("app");
  }

  @Test
  void reload_oneMistake_changesNothingAtAll() throws Exception {
    write("databases: { more: { dbname: postgres } }\npool: { size: none }\nlimits: { x: 1 }");
    Answer answer = console("RELOAD");
    assertThat(answer.sqlState()).isEqualTo("F0000");
    assertThat(answer.error().orElseThrow().fields().get('M'))
        .contains("pool.size: found \"none\"")
        .contains("limits.x: found an unknown key");
    assertThat(currentDatabase(at("app"))).isEqualTo("app");
    refused(at("more"), "3D000");
  }

  @Test
  void reload_takenPort_changesNothingAtAll() throws Exception {
    String taken = ", { address: 127.0.0.1, port: %d }".formatted(postgres.app().port());
    Files.writeString(file, text(taken, "", "databases: { more: { dbname: postgres } }"));
    assertThat(console("RELOAD").toString()).contains("cannot listen on");
    assertThat(currentDatabase(at("app"))).isEqualTo("app");
    refused(at("more"), "3D000");
  }

  @Test
  void reload_whatNeedsANewStart_isRefused() throws Exception {
    write("runtime: { event_loops: 7 }\ndatabases: { more: {} }");
    assertThat(console("RELOAD").toString()).contains("runtime").contains("until a new start");
    refused(at("more"), "3D000");
  }

  @Test
  void check_tellsWhatWouldChange_andChangesNothing() throws Exception {
    try (RawClient client = RawClient.login(at("app"))) {
      client.query("SELECT 1");
      write("databases: { app: { pool: { size: 3 } }, more: {} }\nlimits: { login_timeout: 5s }");
      assertThat(console("RELOAD CHECK").rows())
          .containsExactly(
              List.of("databases", "app", "changed", "1"),
              List.of("databases", "more", "added", "0"),
              List.of("limits", "", "changed", "1"));
      refused(at("more"), "3D000");
    }
    write("databases: { app: {}, '*': {} }");
    console("RELOAD");
    try (RawClient client = RawClient.login(at("postgres"))) {
      client.query("SELECT 1");
      write("databases: { app: {}, '*': { pool: { size: 3 } } }");
      assertThat(console("RELOAD CHECK").rows())
          .containsExactly(List.of("databases", "*", "changed", "1"));
    }
    write("nonsense");
    assertThat(console("RELOAD CHECK").sqlState()).isEqualTo("F0000");
  }
}
