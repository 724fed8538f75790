package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.FALLS_BACK;
import static io.trunkline.proxy.MovingScene.READS;
import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.ClusterOptions;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.routing.Role;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Reading clients while standbys come, go and cancel what they read.
class ReadsIT {
  private MovingScene scene;

  @BeforeEach
  void start() throws IOException, SQLException {
    // After that the other standby has gone past what this one waits for.
    ServerOptions impatient =
        ServerOptions.newest()
            .setting("max_standby_streaming_delay", "500ms")
            .setting("hot_standby_feedback", "off");
    scene = new MovingScene(ClusterOptions.members(3).server(impatient));
  }

  @AfterEach
  void stop() throws IOException {
    scene.close();
  }

  private static boolean sleepsOn(EmbeddedServer server) {
    try {
      return !server
          .query("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
          .isEmpty();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private String sleeper() {
    for (String name : scene.servers.standbyNames()) {
      if (sleepsOn(scene.servers.member(name))) {
        return name;
      }
    }
    return null;
  }

  /// It counts after it has slept, with the snapshot it took before.
  @Test
  void conflictWithRecovery_beforeTheFirstRow_isReadElsewhere() throws Exception {
    scene.primary().execute("INSERT INTO t SELECT generate_series(1, 1000)");
    scene.servers.awaitCaughtUp();
    try (RawClient client = scene.login(READS)) {
      client.send(query("WITH s AS MATERIALIZED (SELECT pg_sleep(3)) SELECT count(*) FROM s, t"));
      Await.until(SOON, "it sleeps", () -> sleeper() != null);
      scene.primary().execute("DELETE FROM t WHERE id > 10");
      scene.primary().execute("VACUUM t");
      Answer answer = new Answer(client.receiveUntilReady());
      assertThat(answer.sqlState()).as("%s", answer).isEqualTo("00000");
      assertThat(answer.value()).isEqualTo("10");
    }
    StringBuilder logs = new StringBuilder();
    for (String name : scene.servers.standbyNames()) {
      logs.append(scene.servers.member(name).log());
    }
    assertThat(logs).as("there was a conflict").contains("conflict with recovery");
  }

  @Test
  void standbyKilled_readsGoOnElsewhere_withoutAnError() throws Exception {
    try (RawClient client = scene.login(READS)) {
      String victim = scene.standby();
      scene.servers.kill(victim);
      for (int i = 0; i < 20; i++) {
        assertThat(client.query("SELECT pg_is_in_recovery()").value()).isEqualTo("t");
      }
    }
  }

  /// As when etcd is lost: the old leader comes back in recovery as well.
  @Test
  void allReadOnly_readsSpreadOverAll() throws Exception {
    String first = scene.servers.primaryName();
    scene.servers.switchOver(scene.standby());
    scene.servers.kill(scene.servers.primaryName());
    scene.await("nobody leads", topology -> topology.leader() == null);
    scene.await(
        "the first leader is a standby", topology -> topology.member(first).role() == Role.STANDBY);
    Set<String> ports = new HashSet<>();
    try (RawClient client = scene.login(READS)) {
      Await.until(
          SOON,
          "both are read from",
          () -> {
            ports.add(client.query("SELECT inet_server_port()").value());
            return ports.size() == 2;
          });
    }
  }

  /// With one standby of two gone the other serves; with both gone two connections to the primary
  /// do, and those who wait for them go to the first standby that is back.
  @Test
  void noStandbyLeft_primaryServesUpToItsCap_andWaitingReadsGoBackToAStandby() throws Exception {
    List<String> standbys = scene.servers.standbyNames();
    try (RawClient first = scene.login(FALLS_BACK);
        RawClient second = scene.login(FALLS_BACK);
        RawClient third = scene.login(FALLS_BACK);
        RawClient writer = scene.login(WRITES);
        RawClient admin = RawClient.login(scene.console())) {
      assertThat(isOnStandby(first)).isTrue();
      for (String standby : standbys) {
        scene.servers.kill(standby);
      }
      for (RawClient client : List.of(first, second)) {
        assertThat(client.query("BEGIN").sqlState()).isEqualTo("00000");
        assertThat(isOnStandby(client)).isFalse();
      }
      third.send(query("SELECT pg_is_in_recovery()"));
      Await.until(SOON, "it waits", () -> admin.query("SHOW WAITING").rows().size() == 1);
      assertThat(writer.query("INSERT INTO t VALUES (1)").sqlState()).isEqualTo("00000");
      assertThat(third.poll(Duration.ofMillis(200))).as("the cap holds").isEmpty();
      scene.servers.rejoin(standbys.getFirst());
      assertThat(new Answer(third.receiveUntilReady()).value()).as("on a standby").isEqualTo("t");
      assertThat(first.query("COMMIT").sqlState()).isEqualTo("00000");
      Await.until(SOON, "it goes back as well", () -> isOnStandby(first));
      assertThat(isOnStandby(second)).as("its transaction goes on").isFalse();
    }
  }

  private static boolean isOnStandby(RawClient client) throws IOException {
    return "t".equals(client.query("SELECT pg_is_in_recovery()").value());
  }
}
