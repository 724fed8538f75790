package io.trunkline.proxy.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.pgbouncer.Pair.Side;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `SET` and `RELOAD` do to clients and server connections that are here already, with
/// Debian's PgBouncer (1.18) and with Trunkline.
class PresentClientsIT extends OnPair {
  PresentClientsIT() {
    super("default_pool_size = 1\n");
  }

  private void set(Side side, String setting) throws IOException {
    pair.command(side, "SET " + setting);
  }

  private int servers(Side side) throws IOException {
    try (RawClient console = RawClient.login(pair.at(side, "stats", "pgbouncer"))) {
      return console.query("SHOW SERVERS").rows().size();
    }
  }

  private void awaitServers(Side side, int count) {
    Await.until(SOON, count + " servers of " + side, () -> servers(side) == count);
  }

  @ParameterizedTest
  @EnumSource
  void queryTimeout_endsTheRunningQuery(Side side) throws Exception {
    try (RawClient client = app(side)) {
      client.send(Frontend.query("SELECT pg_sleep(60)"));
      set(side, "query_timeout = 1");
      assertThat(client.receiveUntil('E').getLast().fields().get('M')).contains("timeout");
    }
  }

  @ParameterizedTest
  @EnumSource
  void idleTransactionTimeout_endsTheOpenTransaction(Side side) throws Exception {
    try (RawClient client = app(side)) {
      client.query("BEGIN");
      set(side, "idle_transaction_timeout = 1");
      assertThat(client.receiveUntilClosed().getLast().tag()).isEqualTo('E');
    }
  }

  /// 1.18 does not have it.
  @Test
  void transactionTimeout_endsTheOpenTransaction() throws Exception {
    try (RawClient client = app(Side.OURS)) {
      client.query("BEGIN");
      set(Side.OURS, "transaction_timeout = 0.5");
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("25P04");
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientIdleTimeout_endsTheIdleClient(Side side) throws Exception {
    try (RawClient client = app(side)) {
      client.query("SELECT 1");
      set(side, "client_idle_timeout = 1");
      assertThat(client.receiveUntilClosed().getLast().tag()).isEqualTo('E');
    }
  }

  @ParameterizedTest
  @EnumSource
  void queryWaitTimeout_endsTheWait(Side side) throws Exception {
    try (RawClient busy = app(side);
        RawClient waits = app(side)) {
      busy.query("BEGIN");
      waits.send(Frontend.query("SELECT 1"));
      set(side, "query_wait_timeout = 1");
      assertThat(waits.receiveUntil('E')).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientLoginTimeout_endsTheLoginUnderWay(Side side) throws Exception {
    try (RawClient client = RawClient.open(pair.at(side, "app", "app")).patience(SOON)) {
      client.send(Frontend.startup(Frontend.V3_0, Map.of("user", "app", "database", "app")));
      assertThat(client.receive().tag()).isEqualTo('R');
      set(side, "client_login_timeout = 1");
      assertThat(client.receiveUntilClosed().getLast().fields().get('M')).contains("timeout");
    }
  }

  @ParameterizedTest
  @EnumSource
  void poolSize_larger_servesWhoWaits_smaller_closesServers(Side side) throws Exception {
    try (RawClient first = app(side);
        RawClient second = app(side)) {
      first.query("BEGIN");
      second.send(Frontend.query("BEGIN"));
      set(side, "default_pool_size = 2");
      second.receiveUntilReady();
      awaitServers(side, 2);
      first.query("COMMIT");
      second.query("COMMIT");
      set(side, "default_pool_size = 1");
      awaitServers(side, 1);
      assertThat(second.query("SELECT 2").value()).isEqualTo("2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void minPoolSize_opensServersForWhoIsHere(Side side) throws Exception {
    try (RawClient client = app(side)) {
      client.query("SELECT 1");
      set(side, "default_pool_size = 5");
      set(side, "min_pool_size = 3");
      awaitServers(side, 3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void reserve_isHadByWhoWaits(Side side) throws Exception {
    try (RawClient first = app(side);
        RawClient second = app(side)) {
      first.query("BEGIN");
      second.send(Frontend.query("SELECT 1"));
      set(side, "reserve_pool_timeout = 1");
      set(side, "reserve_pool_size = 1");
      second.receiveUntilReady();
    }
  }

  @ParameterizedTest
  @EnumSource
  void maxDbConnections_holdsForThePoolThatIsHere(Side side) throws Exception {
    set(side, "default_pool_size = 5");
    set(side, "max_db_connections = 1");
    try (RawClient first = app(side);
        RawClient second = app(side)) {
      first.query("BEGIN");
      second.send(Frontend.query("SELECT 1"));
      assertThat(servers(side)).isEqualTo(1);
      set(side, "max_db_connections = 2");
      second.receiveUntilReady();
    }
  }

  @ParameterizedTest
  @EnumSource
  void serverIdleTimeout_closesTheIdleServer(Side side) throws Exception {
    assertClosesTheIdleServer(side, "server_idle_timeout = 1");
  }

  @ParameterizedTest
  @EnumSource
  void serverLifetime_closesTheIdleServer(Side side) throws Exception {
    assertClosesTheIdleServer(side, "server_lifetime = 1");
  }

  private void assertClosesTheIdleServer(Side side, String setting) throws Exception {
    try (RawClient client = app(side)) {
      client.query("SELECT 1");
      awaitServers(side, 1);
      set(side, setting);
      awaitServers(side, 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void logConnections_holdsForWhoComesNext(Side side) throws Exception {
    set(side, "log_connections = 0");
    int before = logins(side);
    app(side).close();
    assertThat(logins(side)).isEqualTo(before);
    set(side, "log_connections = 1");
    app(side).close();
    Await.until(SOON, "it is logged", () -> logins(side) > before);
  }

  private int logins(Side side) throws IOException {
    return (int) pair.log(side).lines().filter(line -> line.contains("db=app user=app")).count();
  }

  /// Nobody is here whose settings they are.
  @ParameterizedTest
  @EnumSource
  void serverIdleTimeout_poolWithoutClients_closesTheIdleServer(Side side) throws Exception {
    try (RawClient client = app(side)) {
      client.query("SELECT 1");
    }
    awaitServers(side, 1);
    set(side, "server_idle_timeout = 1");
    awaitServers(side, 0);
  }

  @ParameterizedTest
  @EnumSource
  void reload_holdsForWhoIsHere(Side side) throws Exception {
    Path ini = pair.ini(side);
    String before = Files.readString(ini);
    try (RawClient client = app(side)) {
      client.query("BEGIN");
      Files.writeString(ini, before + "idle_transaction_timeout = 1\n");
      pair.command(side, "RELOAD");
      assertThat(client.receiveUntilClosed().getLast().tag()).isEqualTo('E');
    } finally {
      Files.writeString(ini, before);
    }
  }
}
