package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.HostileServer;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A server that stops answering when the proxy itself asks it something, between the transactions
/// of its clients: nobody waits for it for ever, and it keeps no place in its pool.
class SilentServerIT {
  private static final Duration SOON = Duration.ofSeconds(12);
  private static final byte[] NOTHING = {};

  private HostileServer server;
  private TestProxy proxy;

  @BeforeEach
  void start() throws IOException {
    TestProxy.Kind.assumeProxy();
    server = HostileServer.before(Postgres.shared().app());
    proxy =
        TestProxy.start(
            Setup.transaction()
                .behind(server.endpoint())
                .with(Knob.POOL_SIZE, 1)
                .with(Knob.QUERY_WAIT, Duration.ofSeconds(1))
                .with(Knob.LOGIN_RETRY, Duration.ofMillis(50)));
  }

  @AfterEach
  void stop() throws IOException {
    if (proxy != null) {
      proxy.close();
      server.close();
    }
  }

  private RawClient client(Map<String, String> startup) throws IOException {
    RawClient client = RawClient.open(proxy.endpoint()).patience(SOON);
    client.logIn(Frontend.V3_0, startup);
    return client;
  }

  /// One that is let in by what is known of the server since another asked for the same settings.
  private RawClient letIn(String applicationName, HostileServer.Behaviour then) throws IOException {
    Map<String, String> startup = Map.of("application_name", applicationName);
    client(startup).close();
    server.behave(then);
    return client(startup);
  }

  private void servesAnother() throws IOException {
    try (RawClient next = client(Map.of())) {
      assertThat(next.query("SELECT 'served'").value()).isEqualTo("SELECT 'served'");
    }
  }

  @Test
  void settings_serverSaysNothingToThem_clientIsToldAndTheServerReplaced() throws Exception {
    try (RawClient client =
        letIn("unheard", session -> session.instead("unheard", NOTHING).play())) {
      client.send(query("SELECT 1"));
      isTold(client.receive());
    }
    servesAnother();
  }

  @Test
  void state_serverSaysNothingOfIt_clientIsToldAndTheServerReplaced() throws Exception {
    server.behave(session -> session.instead("current_setting", NOTHING).play());
    try (RawClient client = client(Map.of())) {
      assertThat(client.query("SET work_mem = '5MB'").error()).isEmpty();
      isTold(client.receive());
    }
    servesAnother();
  }

  private static void isTold(Message error) {
    assertThat(error.sqlState()).as("%s", error).isEqualTo("08006");
    assertThat(error.toString()).contains("its server is silent", "query_wait_timeout");
  }

  /// One that loses its server again and again before anything was sent to it.
  @Test
  void settings_everyServerDiesOfThem_clientIsToldThatNothingWasExecuted() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    HostileServer.Behaviour dies =
        session ->
            session.heard("deadly", tries).instead("deadly", NOTHING).diesOf("deadly").play();
    try (RawClient client = letIn("deadly", dies)) {
      client.send(query("SELECT 1"));
      Message error = client.receive();
      assertThat(error.sqlState()).as("%s", error).isEqualTo("40001");
      assertThat(tries).hasValueBetween(2, 10);
    }
    Await.until(SOON, "others are served", () -> serves());
  }

  private boolean serves() throws IOException {
    servesAnother();
    return true;
  }
}
