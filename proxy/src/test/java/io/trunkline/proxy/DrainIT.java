package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.ReplicationClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients notice of a proxy that is told to stop.
class DrainIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration AWHILE = Duration.ofMillis(200);
  private static final String ADMIN_SHUTDOWN = "57P01";

  private final Postgres postgres = Postgres.shared();

  private ProxyServer proxy(String mode, String drainTimeout) {
    return Configured.start(
        """
        listeners: [{ address: 127.0.0.1, port: 0, role: primary, pool_mode: %s }]
        clusters:
          main:
            members: ['127.0.0.1:%d']
            probe: { user: probe, password: probe, database: postgres }
        users: { app: { password: app } }
        auth: { method: trust }
        runtime: { event_loops: 2, drain_timeout: %s }
        """
            .formatted(mode, postgres.app().port(), drainTimeout));
  }

  private Endpoint at(ProxyServer proxy) {
    return postgres.app().onPort(Configured.port(proxy, 0));
  }

  private static Thread drain(ProxyServer proxy) {
    return Thread.ofVirtual().start(proxy::drain);
  }

  private static void isSentAway(RawClient client) throws IOException {
    Message last = client.receiveUntilClosed().getLast();
    assertThat(last.sqlState()).isEqualTo(ADMIN_SHUTDOWN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void drain_transactionsEnd_idleClientsLeaveAtOnce(String mode) throws Exception {
    try (ProxyServer proxy = proxy(mode, "1h");
        RawClient busy = RawClient.login(at(proxy));
        RawClient asking = RawClient.login(at(proxy));
        RawClient idle = RawClient.login(at(proxy));
        RawClient fresh = RawClient.login(at(proxy))) {
      busy.query("BEGIN");
      idle.query("SELECT 1");
      asking.send(query("SELECT pg_sleep(0.5), 'done'"));
      assertThat(asking.poll(AWHILE)).isEmpty();
      Thread drain = drain(proxy);
      isSentAway(idle);
      isSentAway(fresh);
      Endpoint at = at(proxy);
      assertThatThrownBy(() -> RawClient.login(at)).isInstanceOf(IOException.class);
      assertThat(asking.receiveUntilReady().getLast().status()).isEqualTo('I');
      isSentAway(asking);
      assertThat(busy.query("SELECT 2").value()).isEqualTo("2");
      assertThat(drain.isAlive()).isTrue();
      assertThat(busy.query("COMMIT").commandTags()).containsExactly("COMMIT");
      isSentAway(busy);
      assertThat(drain.join(SOON)).isTrue();
    }
  }

  @Test
  void drain_transactionThatDoesNotEnd_isEndedAfterTheTimeout() throws Exception {
    try (ProxyServer proxy = proxy("transaction", "300ms");
        RawClient busy = RawClient.login(at(proxy))) {
      busy.query("BEGIN");
      Thread drain = drain(proxy);
      assertThat(busy.poll(Duration.ofMillis(100))).as("it has time").isEmpty();
      isSentAway(busy);
      assertThat(drain.join(SOON)).isTrue();
    }
  }

  @Test
  void drain_again_waitsForNobody() throws Exception {
    try (ProxyServer proxy = proxy("transaction", "1h");
        RawClient busy = RawClient.login(at(proxy))) {
      busy.query("BEGIN");
      Thread first = drain(proxy);
      assertThat(busy.poll(AWHILE)).isEmpty();
      Thread second = drain(proxy);
      isSentAway(busy);
      assertThat(first.join(SOON)).isTrue();
      assertThat(second.join(SOON)).isTrue();
    }
  }

  @Test
  void drain_clientWaitingForAServer_isServedFirst() throws Exception {
    try (ProxyServer proxy =
            Configured.start(
                """
                listeners: [{ address: 127.0.0.1, port: 0, role: primary }]
                clusters:
                  main:
                    members: ['127.0.0.1:%d']
                    probe: { user: probe, password: probe, database: postgres }
                users: { app: { password: app } }
                auth: { method: trust }
                pool: { size: 1 }
                """
                    .formatted(postgres.app().port()));
        RawClient busy = RawClient.login(at(proxy));
        RawClient waiting = RawClient.login(at(proxy))) {
      busy.query("BEGIN");
      waiting.send(query("SELECT 7"));
      assertThat(waiting.poll(AWHILE)).isEmpty();
      Thread drain = drain(proxy);
      busy.query("COMMIT");
      assertThat(new Answer(waiting.receiveUntilReady()).value()).isEqualTo("7");
      isSentAway(waiting);
      assertThat(drain.join(SOON)).isTrue();
    }
  }

  @Test
  void drain_replication_isNotWaitedFor() throws Exception {
    try (ProxyServer proxy = proxy("session", "1h");
        ReplicationClient client = ReplicationClient.physical(at(proxy).as("repl", "repl"))) {
      client.start("START_REPLICATION PHYSICAL " + client.row("IDENTIFY_SYSTEM").get("xlogpos"));
      Thread drain = drain(proxy);
      assertThat(drain.join(SOON)).isTrue();
    }
    Await.until(
        SOON,
        "PostgreSQL knows of its end",
        () -> "0".equals(postgres.value("SELECT count(*) FROM pg_stat_replication")));
  }
}
