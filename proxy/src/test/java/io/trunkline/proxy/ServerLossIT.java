package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Gate;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The server goes away and comes back; clients that were not using it do not notice.
class ServerLossIT {
  private static final Duration SOON = Duration.ofSeconds(15);

  @BeforeAll
  static void onlyPools() {
    TestProxy.Kind.assumeProxy();
  }

  private static Setup behind(Gate gate) {
    return Setup.transaction()
        .behind(gate.endpoint())
        .with(Knob.POOL_SIZE, 4)
        .with(Knob.LOGIN_RETRY, Duration.ofMillis(100))
        .with(Knob.HOLD, Duration.ofSeconds(10));
  }

  private static List<RawClient> logins(TestProxy proxy, int count) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RawClient client = RawClient.login(proxy.endpoint()).patience(SOON);
      clients.add(client);
      client.query("SET application_name = 'client " + i + "'");
      client.query("SELECT 'the proxy has found out what SET did'");
    }
    return clients;
  }

  /// Gives the proxy the moment it needs to hear of it.
  private static void hearsOfIt(List<RawClient> clients) throws IOException {
    for (RawClient client : clients) {
      assertThat(client.poll(Duration.ofMillis(50))).as("nothing for an idle client").isEmpty();
    }
  }

  private static void areAllWell(List<RawClient> clients) throws IOException {
    for (int i = 0; i < clients.size(); i++) {
      assertThat(clients.get(i).query("SHOW application_name").value()).isEqualTo("client " + i);
    }
  }

  @Test
  void connections_brokenWhileIdle_clientsDoNotNotice() throws Exception {
    try (Gate gate = Gate.before(Postgres.shared().app());
        TestProxy proxy = TestProxy.start(behind(gate))) {
      List<RawClient> clients = logins(proxy, 10);
      gate.shut();
      hearsOfIt(clients);
      gate.reopen();
      areAllWell(clients);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void connections_brokenInATransaction_onlyThatClientIsTold() throws Exception {
    try (Gate gate = Gate.before(Postgres.shared().app());
        TestProxy proxy = TestProxy.start(behind(gate))) {
      List<RawClient> clients = logins(proxy, 5);
      try (RawClient unlucky = RawClient.login(proxy.endpoint()).patience(SOON);
          RawClient asking = RawClient.login(proxy.endpoint()).patience(SOON)) {
        unlucky.query("BEGIN");
        asking.send(query("SELECT pg_sleep(30)"));
        assertThat(asking.poll(Duration.ofMillis(200))).isEmpty();
        gate.shut();
        gate.reopen();
        Answer told = unlucky.query("SELECT 1");
        assertThat(told.sqlState()).as("nothing was committed").isEqualTo("40001");
        assertThat(told.status()).isEqualTo('E');
        assertThat(unlucky.query("COMMIT").commandTags()).containsExactly("ROLLBACK");
        Answer unknown = new Answer(asking.receiveUntilReady());
        assertThat(unknown.sqlState()).as("it may have been executed").isEqualTo("08007");
        assertThat(asking.query("SELECT 1").value()).isEqualTo("1");
      }
      areAllWell(clients);
      for (RawClient client : clients) {
        client.close();
      }
    } finally { // the server has not noticed
      Postgres.shared()
          .run(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE usename = 'app' AND query = 'SELECT pg_sleep(30)'");
    }
  }

  @Test
  void server_awayForAWhile_newWorkWaits() throws Exception {
    try (Gate gate = Gate.before(Postgres.shared().app());
        TestProxy proxy = TestProxy.start(behind(gate))) {
      List<RawClient> clients = logins(proxy, 6);
      gate.shut();
      hearsOfIt(clients);
      for (RawClient client : clients) {
        client.send(query("SHOW application_name"));
      }
      assertThat(clients.getFirst().poll(Duration.ofSeconds(2))).as("it waits").isEmpty();
      gate.reopen();
      for (int i = 0; i < clients.size(); i++) {
        Answer answer = new Answer(clients.get(i).receiveUntilReady());
        assertThat(answer.value()).isEqualTo("client " + i);
        clients.get(i).close();
      }
    }
  }

  @Test
  void server_awayLongerThanHold_isAClearError() throws Exception {
    try (Gate gate = Gate.before(Postgres.shared().app());
        TestProxy proxy = TestProxy.start(behind(gate).with(Knob.HOLD, Duration.ofSeconds(2)))) {
      List<RawClient> clients = logins(proxy, 3);
      gate.shut();
      hearsOfIt(clients);
      for (RawClient client : clients) {
        Message error = client.query("SELECT 1").error().orElseThrow();
        assertThat(error.sqlState()).isIn("08001", "08006", "57P03", "08000");
      }
      gate.reopen();
      Await.until(SOON, "clients work again", () -> works(clients.getFirst()));
      areAllWell(clients);
    }
  }

  private static boolean works(RawClient client) throws IOException {
    return client.query("SELECT 1").error().isEmpty();
  }

  @Test
  void server_restarted_clientsGoOn() throws Exception {
    try (Postgres own = Postgres.start();
        TestProxy proxy =
            TestProxy.start(
                Setup.transaction()
                    .behind(own.app())
                    .with(Knob.LOGIN_RETRY, Duration.ofMillis(100)))) {
      List<RawClient> clients = logins(proxy, 5);
      own.server().restart();
      areAllWell(clients);
      own.server().kill();
      own.server().start();
      areAllWell(clients);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
