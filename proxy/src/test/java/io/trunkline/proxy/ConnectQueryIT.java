package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.ReplicationClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `connect_query` makes of each server connection is there for every client, whatever the one
/// before has done to it. The pool is of one connection, so that the next client gets the same one.
class ConnectQueryIT {
  private static final String TWO_SETTINGS =
      "SET work_mem = ''7MB''; SELECT set_config(''app.tenant'', ''blue'', false)";

  private final Postgres postgres = Postgres.shared();

  private ProxyServer proxy(String mode, String query) {
    return proxy(mode, query, "");
  }

  private ProxyServer proxy(String mode, String query, String pool) {
    return Configured.start(
        """
        listeners: [{ address: 127.0.0.1, port: 0, role: primary, pool_mode: %s }]
        clusters:
          main:
            members: ['127.0.0.1:%d']
            probe: { user: probe, password: probe, database: postgres }
        databases: { app: { connect_query: '%s' } }
        users: { app: { password: app } }
        auth: { method: trust }
        pool: { size: 1, login_retry: 10ms, query_wait_timeout: 20s %s }
        """
            .formatted(mode, postgres.app().port(), query, pool));
  }

  private Endpoint at(ProxyServer proxy) {
    return postgres.app().onPort(Configured.port(proxy, 0));
  }

  private static String workMem(RawClient client) throws IOException {
    return client.query("SHOW work_mem").value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction", "statement"})
  void settings_everyClient_hasThem(String mode) throws Exception {
    try (ProxyServer proxy = proxy(mode, TWO_SETTINGS)) {
      for (int i = 0; i < 3; i++) {
        try (RawClient client = RawClient.login(at(proxy))) {
          assertThat(workMem(client)).isEqualTo("7MB");
          assertThat(client.query("SHOW app.tenant").value()).isEqualTo("blue");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "session, SET work_mem = '3MB'",
    "transaction, SET work_mem = '3MB'",
    "transaction, RESET work_mem",
    "transaction, RESET ALL",
    "transaction, DISCARD ALL",
    "transaction, DO 'BEGIN RESET work_mem; END'",
    "session, RESET ALL",
    "session, DISCARD ALL"
  })
  void settings_undoneByOneClient_areThereForTheNext(String mode, String undoing) throws Exception {
    try (ProxyServer proxy = proxy(mode, TWO_SETTINGS)) {
      try (RawClient first = RawClient.login(at(proxy))) {
        assertThat(first.query(undoing).sqlState()).isEqualTo("00000");
        assertThat(first.query("SELECT 1").value()).isEqualTo("1");
      }
      try (RawClient second = RawClient.login(at(proxy))) {
        assertThat(workMem(second)).isEqualTo("7MB");
        assertThat(second.query("SHOW app.tenant").value()).isEqualTo("blue");
      }
    }
  }

  @Test
  void settings_oneClientsOwn_returnToItAndToNobodyElse() throws Exception {
    try (ProxyServer proxy = proxy("transaction", TWO_SETTINGS);
        RawClient own = RawClient.login(at(proxy));
        RawClient other = RawClient.login(at(proxy))) {
      own.query("SET work_mem = '3MB'");
      for (int i = 0; i < 3; i++) {
        assertThat(workMem(other)).isEqualTo("7MB");
        assertThat(workMem(own)).isEqualTo("3MB");
      }
      own.query("RESET work_mem");
      assertThat(workMem(other)).isEqualTo("7MB");
    }
  }

  @Test
  void parameter_reportedByTheServer_isWhatTheClientIsTold() throws Exception {
    try (ProxyServer proxy = proxy("transaction", "SET TimeZone = ''Asia/Kolkata''");
        RawClient client = RawClient.login(at(proxy))) {
      assertThat(client.parameter("TimeZone")).isEqualTo("Asia/Kolkata");
      assertThat(client.query("SHOW TimeZone").value()).isEqualTo("Asia/Kolkata");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SELECT 1/0, 22012",
    "BEGIN, 25001",
    "COPY pg_class TO STDOUT, 0A000",
    "SELECT nothing FROM nowhere, 42P01",
  })
  void query_thatFails_failsTheLogin(String query, String sqlState) throws Exception {
    try (ProxyServer proxy = proxy("transaction", query)) {
      Endpoint at = at(proxy);
      assertThatThrownBy(() -> RawClient.login(at))
          .isInstanceOfSatisfying(
              LoginRefused.class,
              refused -> {
                assertThat(refused.sqlState()).isEqualTo(sqlState);
                assertThat(refused.getMessage()).contains("connect_query");
              });
    }
  }

  @Test
  void withoutResetQuery_undoneByOneClient_isMadeGoodByANewConnection() throws Exception {
    try (ProxyServer proxy = proxy("transaction", TWO_SETTINGS, ", reset_query: ''")) {
      try (RawClient first = RawClient.login(at(proxy))) {
        assertThat(first.query("RESET ALL").sqlState()).isEqualTo("00000");
      }
      try (RawClient second = RawClient.login(at(proxy))) {
        assertThat(workMem(second)).isEqualTo("7MB");
      }
    }
  }

  @Test
  void replication_runsItNot() throws Exception {
    try (ProxyServer proxy = proxy("session", "SELECT 1/0");
        ReplicationClient client = ReplicationClient.logical(at(proxy).as("repl", "repl"))) {
      assertThat(client.row("IDENTIFY_SYSTEM")).containsKey("systemid");
    }
  }
}
