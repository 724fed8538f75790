package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.routing.Member;
import io.trunkline.routing.Role;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What clients are told of their server by ParameterStatus stays true when servers change roles
/// and settings.
class RoleChangeReportsIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String HOT_STANDBY = "in_hot_standby";
  private static final String READ_ONLY = "default_transaction_read_only";

  /// Places in the configuration below.
  private static final int SECOND = 0;

  private static final int FIRST = 1;
  private static final int PREFER_REPLICA = 2;

  private EmbeddedCluster servers;
  private ProxyServer proxy;

  @BeforeEach
  void start() throws IOException, SQLException {
    servers = EmbeddedCluster.create(2);
    proxy =
        Configured.start(
            """
            listeners:
              - { address: 127.0.0.1, port: 0, role: any, pool_mode: transaction,
                  tags: { place: second } }
              - { address: 127.0.0.1, port: 0, role: any, pool_mode: transaction,
                  tags: { place: first } }
              - { address: 127.0.0.1, port: 0, role: prefer-replica, pool_mode: transaction }
            clusters:
              main:
                members:
                  - { name: first, address: '127.0.0.1:%d', tags: { place: first } }
                  - { name: second, address: '127.0.0.1:%d', tags: { place: second } }
                probe: { user: postgres, password: postgres, interval: 50ms }
            users: { postgres: { password: postgres } }
            auth: { method: trust }
            runtime: { event_loops: 2 }
            """
                .formatted(servers.primary().port(), standby().port()));
    await("both", "second", Member::alive);
    await("both", "first", Member::alive);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    servers.close();
  }

  private EmbeddedServer standby() {
    return servers.member(servers.standbyNames().getFirst());
  }

  private void await(String what, String member, Predicate<Member> condition) {
    Await.until(
        SOON,
        what,
        () -> condition.test(proxy.wiring().topologies("main").current().member(member)));
  }

  private RawClient login(int listener) throws IOException {
    int port = Configured.port(proxy, listener);
    return RawClient.login(new Endpoint("127.0.0.1", port, "postgres", "postgres", "postgres"));
  }

  private void promoteSecond() throws Exception {
    servers.kill(servers.primaryName());
    servers.failOver();
    await("it is known", "second", member -> member.role() == Role.PRIMARY);
  }

  @Test
  void hotStandby_memberPromoted_clientIsToldByItsNextAnswer() throws Exception {
    try (RawClient client = login(SECOND)) {
      assertThat(client.parameter(HOT_STANDBY)).isEqualTo("on");
      assertThat(client.query("SELECT pg_is_in_recovery()").value()).isEqualTo("t");
      promoteSecond();
      assertThat(client.query("SELECT pg_is_in_recovery()").value()).isEqualTo("f");
      assertThat(client.parameter(HOT_STANDBY)).isEqualTo("off");
    }
  }

  /// Connections that were idle during the promotion do not know of it before they are used.
  @Test
  void hotStandby_memberPromoted_newClientsAreGreetedWithTheTruth() throws Exception {
    try (RawClient one = login(SECOND);
        RawClient two = login(SECOND)) {
      one.query("BEGIN");
      two.query("BEGIN");
      one.query("COMMIT");
      two.query("COMMIT");
    }
    promoteSecond();
    for (int i = 0; i < 4; i++) {
      try (RawClient late = login(SECOND)) {
        assertThat(late.parameter(HOT_STANDBY)).as("login %d", i).isEqualTo("off");
      }
    }
  }

  @Test
  void hotStandby_replicaLost_clientMovesToThePrimaryAndIsTold() throws Exception {
    try (RawClient client = login(PREFER_REPLICA)) {
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      assertThat(client.parameter(HOT_STANDBY)).isEqualTo("on");
      servers.kill(servers.standbyNames().getFirst());
      await("it is known", "second", member -> !member.alive());
      assertThat(client.query("SELECT pg_is_in_recovery()").value()).isEqualTo("f");
      assertThat(client.parameter(HOT_STANDBY)).isEqualTo("off");
      assertThat(client.parameter("server_version"))
          .isEqualTo(client.query("SHOW server_version").value());
    }
  }

  @Test
  void readOnly_serverReloaded_newClientsAreGreetedWithTheTruth() throws Exception {
    for (String value : List.of("off", "on", "off")) {
      servers.primary().execute("ALTER SYSTEM SET %s = %s".formatted(READ_ONLY, value));
      servers.primary().execute("SELECT pg_reload_conf()");
      await("it is known", "first", member -> member.readOnly() == value.equals("on"));
      for (int i = 0; i < 3; i++) {
        try (RawClient client = login(FIRST)) {
          assertThat(client.parameter(READ_ONLY)).as("at login %d", i).isEqualTo(value);
          client.query("SELECT 1");
          assertThat(client.parameter(READ_ONLY)).as("after query %d", i).isEqualTo(value);
        }
      }
    }
  }

  /// What the topology says nothing of.
  @Test
  void anySetting_serverReloaded_isTrueFromTheFirstAnswer_andSoonAtLoginsToo() throws Exception {
    for (String value : List.of("UTC", "Asia/Tokyo", "UTC")) {
      servers.primary().execute("ALTER SYSTEM SET TimeZone = '%s'".formatted(value));
      servers.primary().execute("SELECT pg_reload_conf()");
      Await.until(SOON, "a client has seen " + value, () -> seen(value));
      try (RawClient next = login(FIRST)) {
        assertThat(next.parameter("TimeZone")).isEqualTo(value);
      }
    }
  }

  private boolean seen(String timeZone) throws IOException {
    try (RawClient client = login(FIRST)) {
      String truth = client.query("SHOW TimeZone").value();
      assertThat(client.parameter("TimeZone")).isEqualTo(truth);
      return truth.equals(timeZone);
    }
  }
}
