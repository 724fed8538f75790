package io.trunkline.proxy.console;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands that act, tried on clients at work.
class OperationsIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration AWHILE = Duration.ofMillis(200);

  private House house;
  private RawClient admin;

  @BeforeEach
  void open() throws IOException {
    house = new House(2);
    admin = RawClient.login(house.console("admin"));
  }

  @AfterEach
  void close() throws IOException {
    admin.close();
    house.close();
  }

  private RawClient client(String database) throws IOException {
    return RawClient.login(house.app().inDatabase(database));
  }

  private void done(String command) throws IOException {
    assertThat(admin.query(command).sqlState()).as(command).isEqualTo("00000");
  }

  private Map<String, String> pool(String database) throws Exception {
    return house.show("POOLS").stream()
        .filter(row -> database.equals(row.get("database")))
        .findFirst()
        .orElseThrow();
  }

  private long pid(RawClient client) throws IOException {
    return Long.parseLong(client.query("SELECT pg_backend_pid()").value());
  }

  @Test
  void pause_waitsForTheTransaction_andHoldsTheNext() throws Exception {
    try (RawClient client = client("app");
        RawClient next = client("app")) {
      client.query("BEGIN");
      admin.send(query("PAUSE app"));
      assertThat(admin.poll(AWHILE)).as("a transaction is open").isEmpty();
      next.send(query("SELECT 1"));
      assertThat(next.poll(AWHILE)).as("nothing is granted").isEmpty();
      client.query("COMMIT");
      assertThat(new Answer(admin.receiveUntilReady()).commandTags()).containsExactly("PAUSE");
      assertThat(pool("app")).containsEntry("sv_idle", "0").containsEntry("cl_waiting", "1");
      assertThat(next.poll(AWHILE)).isEmpty();
      done("RESUME app");
      assertThat(new Answer(next.receiveUntilReady()).value()).isEqualTo("1");
    }
  }

  @Test
  void pause_all_showsInState_andHoldsNewDatabases() throws Exception {
    done("PAUSE");
    assertThat(house.show("STATE").get(1)).containsEntry("value", "yes");
    assertThat(admin.query("PAUSE").sqlState()).isEqualTo("55000");
    Thread late =
        Thread.ofVirtual()
            .start(() -> {
              try (RawClient client = client("app")) {
                client.query("SELECT 1");
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    Await.until(SOON, "it waits", () -> !house.show("WAITING").isEmpty());
    assertThat(late.isAlive()).isTrue();
    done("RESUME");
    assertThat(late.join(SOON)).isTrue();
    assertThat(admin.query("RESUME").sqlState()).isEqualTo("55000");
  }

  @Test
  void pause_cancelled_resumesEverything() throws Exception {
    try (RawClient client = client("app");
        RawClient other = client("app")) {
      client.query("BEGIN");
      admin.send(query("PAUSE"));
      assertThat(admin.poll(AWHILE)).isEmpty();
      admin.cancel();
      assertThat(new Answer(admin.receiveUntilReady()).sqlState()).isEqualTo("57014");
      assertThat(other.query("SELECT 1").value()).isEqualTo("1");
      client.query("COMMIT");
    }
  }

  @Test
  void disable_keepsOutNewClientsAlone() throws Exception {
    try (RawClient client = client("app")) {
      done("DISABLE app");
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      assertThatThrownBy(() -> client("app"))
          .isInstanceOf(LoginRefused.class)
          .hasMessageContaining("database \"app\" is disabled");
      client("other").close();
      done("ENABLE app");
      client("app").close();
    }
  }

  @Test
  void reconnect_givesNewServers_afterTheTransaction() throws Exception {
    try (RawClient client = client("app")) {
      final long before = pid(client);
      client.query("BEGIN");
      done("RECONNECT app");
      assertThat(pid(client)).isEqualTo(before);
      admin.send(query("WAIT_CLOSE app"));
      assertThat(admin.poll(AWHILE)).isEmpty();
      client.query("COMMIT");
      assertThat(new Answer(admin.receiveUntilReady()).commandTags()).containsExactly("WAIT_CLOSE");
      assertThat(pid(client)).isNotEqualTo(before);
    }
  }

  @Test
  void kill_throwsOutClients_andLeavesThePause() throws Exception {
    try (RawClient client = client("app")) {
      client.query("BEGIN");
      done("KILL app");
      assertThat(client.receiveUntilClosed().getLast().fields())
          .containsEntry('M', "database removed");
      Await.until(SOON, "its server is closed", () -> pool("app").get("sv_active").equals("0"));
      assertThat(admin.query("RESUME").sqlState()).isEqualTo("00000");
      try (RawClient next = client("app")) {
        assertThat(next.query("SELECT 1").value()).isEqualTo("1");
      }
    }
  }

  @Test
  void killClient_throwsOutThatOne() throws Exception {
    try (RawClient victim = client("app");
        RawClient other = client("app")) {
      victim.query("SELECT 1");
      String id =
          house.show("CLIENTS").stream()
              .filter(row -> row.get("port").equals(String.valueOf(victim.localPort())))
              .findFirst()
              .orElseThrow()
              .get("id");
      done("KILL_CLIENT " + id);
      assertThat(victim.receiveUntilClosed().getLast().fields())
          .containsEntry('M', "admin forced disconnect")
          .containsEntry('C', "57P01");
      assertThat(other.query("SELECT 1").value()).isEqualTo("1");
      assertThat(admin.query("KILL_CLIENT " + id).error().orElseThrow().fields())
          .containsEntry('M', "client not found");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PAUSE pgbouncer, cannot pause admin db: pgbouncer",
    "PAUSE nowhere, no such database: nowhere",
    "RESUME, pooler is not paused/suspended",
    "RESUME app, database app is not paused",
    "DISABLE, a database is required",
    "DISABLE nowhere, no such database: nowhere",
    "ENABLE, a database is required",
    "RECONNECT trunkline, cannot reconnect admin db: trunkline",
    "KILL pgbouncer, cannot kill admin db: pgbouncer",
    "KILL_CLIENT x, invalid client pointer supplied",
    "KILL_CLIENT, invalid client pointer supplied",
    "KILL_CLIENT 999999, client not found",
    "FORGET_FENCE nowhere, 'no such cluster: nowhere, one of main'",
    "WAIT_CLOSE pgbouncer, cannot wait in admin db: pgbouncer",
    "'SHUTDOWN NOW', 'invalid command ''SHUTDOWN NOW'', use SHOW HELP;'"
  })
  void mistake_isNamed(String command, String message) throws Exception {
    Answer answer = admin.query(command);
    assertThat(answer.error().orElseThrow().fields()).containsEntry('M', message);
    assertThat(answer.status()).isEqualTo('I');
  }

  @Test
  void shutdown_endsEverything() throws Exception {
    try (RawClient client = client("app")) {
      client.query("SELECT 1");
      admin.send(query("SHUTDOWN"));
      admin.receiveUntilClosed();
      client.receiveUntilClosed();
      house.awaitStop(SOON);
    }
  }

  @Test
  void shutdown_waitForServers_letsTheTransactionEnd() throws Exception {
    try (RawClient client = client("app")) {
      client.query("BEGIN");
      done("SHUTDOWN WAIT_FOR_SERVERS");
      assertThatThrownBy(() -> client("app")).isInstanceOf(IOException.class);
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      client.query("COMMIT");
      client.receiveUntilClosed();
      house.awaitStop(SOON);
    }
  }

  @Test
  void shutdown_waitForClients_waitsForTheLast() throws Exception {
    try (RawClient client = client("app")) {
      done("SHUTDOWN WAIT_FOR_CLIENTS");
      assertThat(admin.query("RESUME").sqlState()).isEqualTo("55000");
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
    }
    house.awaitStop(SOON);
  }
}
