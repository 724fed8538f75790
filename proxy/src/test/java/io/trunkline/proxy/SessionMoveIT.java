package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.SESSIONS;
import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.ConnectionLost;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Clients in session mode whose member is to be left: who has provably left nothing in its session
/// goes on elsewhere, everybody else stays as long as that goes.
class SessionMoveIT {
  private static MovingScene scene;

  @BeforeAll
  static void start() throws IOException, SQLException {
    scene = new MovingScene(2);
    scene.primary().execute("CREATE SEQUENCE s");
    scene
        .primary()
        .execute(
            "CREATE FUNCTION sly() RETURNS int LANGUAGE sql"
                + " AS $$ SELECT pg_advisory_lock(7); SELECT 1 $$");
  }

  @AfterAll
  static void stop() throws IOException {
    scene.close();
  }

  static Stream<List<String>> clean() {
    return Stream.of(
        List.of(),
        List.of(""),
        List.of(" ; "),
        List.of("SELECT 1"),
        List.of("select 1;"),
        List.of("BEGIN", "SELECT 1", "COMMIT"),
        List.of("START TRANSACTION", "ROLLBACK"),
        List.of("SHOW TRANSACTION ISOLATION LEVEL"),
        List.of("LISTEN a", "DISCARD ALL"),
        List.of("CREATE TEMP TABLE mine (id int)", " discard all ;\n", "SELECT 1"),
        List.of("SET work_mem = '1MB'", "SELECT nextval('s')", "DISCARD ALL"),
        List.of("SELECT sly()", "PREPARE p AS SELECT 1", "DISCARD ALL"));
  }

  static Stream<List<String>> unclean() {
    return Stream.of(
        List.of("SET work_mem = '1MB'"),
        List.of("SET my.own = 'x'"),
        List.of("LISTEN a"),
        List.of("CREATE TEMP TABLE mine (id int)"),
        List.of("SELECT pg_advisory_lock(1)"),
        List.of("SELECT sly()"),
        List.of("SELECT nextval('s')"),
        List.of("PREPARE p AS SELECT 1"),
        List.of("SELECT 2"),
        List.of("SELECT 1; LISTEN a"),
        List.of("BEGIN; SET work_mem = '1MB'", "COMMIT"),
        List.of("DISCARD ALL", "LISTEN a"),
        List.of("LISTEN a", "BEGIN", "DISCARD ALL", "ROLLBACK"),
        List.of("LISTEN a", "LISTEN b; DISCARD ALL"),
        List.of("LISTEN a", "DISCARD TEMP"),
        List.of("LISTEN a", "DISCARD ALL /* not today"),
        List.of("LOAD 'auto_explain'", "DISCARD ALL"),
        List.of("SELECT 1; LOAD 'auto_explain'", "DISCARD ALL", "SELECT 1"));
  }

  private static RawClient client(List<String> script) throws IOException {
    RawClient client = scene.login(SESSIONS);
    for (String text : script) {
      client.query(text);
    }
    return client;
  }

  private static void drain(String reason) {
    scene.proxy.wiring().topologies("main").drain(reason);
  }

  @ParameterizedTest
  @MethodSource("clean")
  void session_leftNothingBehind_leavesItsServer(List<String> script) throws Exception {
    try (RawClient client = client(script)) {
      leavesItsServer(client);
    }
  }

  private static void leavesItsServer(RawClient client) throws IOException {
    assertThat(sessionsThatWouldEnd()).isEqualTo("0");
    drain("a test wants it");
    try {
      Await.until(SOON, "it has left", () -> MovingScene.sessions(scene.primary()) == 0);
      client.send(query("SELECT 'on'"));
    } finally {
      drain("");
    }
    assertThat(new Answer(client.receiveUntilReady()).value()).isEqualTo("on");
  }

  @ParameterizedTest
  @MethodSource("unclean")
  void session_mayHaveLeftSomething_staysWhereItIs(List<String> script) throws Exception {
    try (RawClient client = client(script)) {
      staysWhereItIs(client);
    }
  }

  private static void staysWhereItIs(RawClient client) throws IOException {
    assertThat(sessionsThatWouldEnd()).isEqualTo("1");
    String server = client.query("SELECT pg_backend_pid()").value();
    drain("a test wants it");
    client.send(query("SELECT pg_backend_pid()"));
    drain("");
    assertThat(new Answer(client.receiveUntilReady()).value()).isEqualTo(server);
  }

  /// Each leaves a statement behind, if nothing else; a client may use that without another Parse.
  @Test
  void session_extendedQueries_staysUntilDiscardAll() throws Exception {
    try (RawClient client = scene.login(SESSIONS)) {
      client.ask(parse("", "SELECT 1"), bind("", ""), execute("", 0), sync());
      staysWhereItIs(client);
      client.query("DISCARD ALL");
      client.ask(parse("", "DISCARD ALL"), bind("", ""), execute("", 0), sync());
      staysWhereItIs(client);
      client.query("DISCARD ALL");
      leavesItsServer(client);
      client.send(query("LISTEN a"), query("DISCARD ALL"), query("LISTEN b"));
      for (int i = 0; i < 3; i++) {
        client.receiveUntilReady();
      }
      staysWhereItIs(client);
    }
  }

  private static String sessionsThatWouldEnd() throws IOException {
    try (RawClient admin = RawClient.login(scene.console())) {
      return admin.query("SHOW SWITCHOVER").rows().getFirst().get(8);
    }
  }

  @Test
  void leaderChanges_cleanSessionsGoOn_theOthersGet57P01() throws Exception {
    List<RawClient> moving = new ArrayList<>();
    try (RawClient lost = client(List.of("LISTEN a"))) {
      moving.add(client(List.of("SELECT 1")));
      moving.add(client(List.of("CREATE TEMP TABLE mine (id int)", "DISCARD ALL")));
      scene.servers.switchOver(scene.standby());
      assertThat(lastWords(lost)).isEqualTo("57P01");
      for (RawClient client : moving) {
        assertThat(client.query("SELECT inet_server_port()").value())
            .isEqualTo(Integer.toString(scene.primary().port()));
      }
    } finally {
      for (RawClient client : moving) {
        client.close();
      }
    }
  }

  private static String lastWords(RawClient client) throws IOException {
    String sqlState = "";
    try {
      while (true) {
        Message message = client.receive();
        sqlState = message.tag() == 'E' ? message.sqlState() : sqlState;
      }
    } catch (ConnectionLost expected) {
      return sqlState;
    }
  }
}
