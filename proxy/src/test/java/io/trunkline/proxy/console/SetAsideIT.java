package io.trunkline.proxy.console;

import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.proxy.MovingScene;
import io.trunkline.proxy.OnMovingScene;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// DRAIN of a standby, MAINT and READY, on real servers.
class SetAsideIT extends OnMovingScene {
  private static final Duration AWHILE = Duration.ofMillis(200);
  private static final String PORT = "SELECT inet_server_port()";

  private static String message(RawClient admin, String command) throws IOException {
    return admin.query(command).error().orElseThrow().toString();
  }

  @Test
  void drain_standby_itsSessionsEndAndNobodyNewComes() throws Exception {
    try (RawClient admin = RawClient.login(scene.console());
        RawClient reader = scene.login(MovingScene.READS);
        RawClient next = scene.login(MovingScene.FALLS_BACK)) {
      String standby = Integer.toString(scene.servers.member("pg2").port());
      reader.query("BEGIN");
      assertThat(reader.query(PORT).value()).isEqualTo(standby);
      assertThat(next.query(PORT).value()).isEqualTo(standby);
      admin.send(query("DRAIN pg2"));
      assertThat(admin.poll(AWHILE)).as("a transaction runs").isEmpty();
      assertThat(next.query(PORT).value()).as("reads fall back").isNotEqualTo(standby);
      assertThat(reader.query(PORT).value()).as("its block goes on").isEqualTo(standby);
      reader.query("COMMIT");
      assertThat(new Answer(admin.receiveUntilReady()).commandTags()).containsExactly("DRAIN");
      EmbeddedServer drained = scene.servers.member("pg2");
      Await.until(SOON, "nothing is open", () -> MovingScene.sessions(drained) == 0);
      reader.send(query(PORT));
      assertThat(reader.poll(AWHILE)).as("no standby is left").isEmpty();
      assertThat(admin.query("UNDRAIN").commandTags()).containsExactly("UNDRAIN");
      assertThat(new Answer(reader.receiveUntilReady()).value()).isEqualTo(standby);
    }
  }

  /// As Patroni's `before_stop` on a standby: when it is back, reads must not wait any longer.
  @Test
  void drain_standbyThatThenRestarts_isUsedAgainAtOnce() throws Exception {
    try (RawClient admin = RawClient.login(scene.console());
        RawClient reader = scene.login(MovingScene.READS)) {
      EmbeddedServer standby = scene.servers.member("pg2");
      assertThat(admin.query("DRAIN pg2").commandTags()).containsExactly("DRAIN");
      standby.restart();
      assertThat(reader.query(PORT).value()).isEqualTo(Integer.toString(standby.port()));
    }
  }

  /// Two operators, of whom the first has had enough of waiting.
  @Test
  void drain_givenUp_leavesALaterMaintenanceAlone() throws Exception {
    try (RawClient first = RawClient.login(scene.console());
        RawClient second = RawClient.login(scene.console());
        RawClient reader = scene.login(MovingScene.READS)) {
      reader.query("BEGIN");
      reader.query(PORT);
      first.send(query("DRAIN pg2"));
      assertThat(first.poll(AWHILE)).as("a transaction runs").isEmpty();
      second.send(query("MAINT pg2"));
      assertThat(second.poll(AWHILE)).as("it still runs").isEmpty();
      first.cancel();
      assertThat(new Answer(first.receiveUntilReady()).sqlState()).isEqualTo("57014");
      assertThat(scene.topology().asideReason("pg2")).isEqualTo("is in maintenance");
      reader.query("COMMIT");
      assertThat(new Answer(second.receiveUntilReady()).commandTags()).containsExactly("MAINT");
    }
  }

  @Test
  void maint_lastsUntilReady_andIsNoPlaceToSwitchOverTo() throws Exception {
    try (RawClient admin = RawClient.login(scene.console());
        RawClient reader = scene.login(MovingScene.FALLS_BACK)) {
      String standby = Integer.toString(scene.servers.member("pg2").port());
      assertThat(reader.query(PORT).value()).isEqualTo(standby);
      assertThat(message(admin, "MAINT pg1")).contains("pg1 leads").contains("SWITCHOVER before");
      assertThat(admin.query("MAINT pg2").commandTags()).containsExactly("MAINT");
      assertThat(reader.query(PORT).value()).isNotEqualTo(standby);
      assertThat(admin.query("SHOW MEMBERS").toString()).contains("is in maintenance");
      assertThat(message(admin, "SWITCHOVER TO pg2")).contains("it is in maintenance");
      admin.query("UNDRAIN");
      assertThat(reader.query(PORT).value()).as("that was no drain").isNotEqualTo(standby);
      assertThat(admin.query("READY pg2").commandTags()).containsExactly("READY");
      Await.until(SOON, "it is used again", () -> reader.query(PORT).value().equals(standby));
      for (String command : List.of("MAINT", "READY", "DRAIN")) {
        assertThat(message(admin, command)).contains("a member is required");
        assertThat(message(admin, command + " nobody")).contains("no such member: nobody");
      }
    }
  }

  /// Writes have nowhere else to go.
  @Test
  void maint_memberBecomesTheLeader_takesWrites() throws Exception {
    try (RawClient admin = RawClient.login(scene.console());
        RawClient writer = scene.login(WRITES)) {
      admin.query("MAINT pg2");
      scene.servers.switchOver("pg2");
      scene.awaitLeader("pg2");
      assertThat(writer.query("INSERT INTO t VALUES (9)").sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void ready_drainedLeader_goesOn() throws Exception {
    try (RawClient admin = RawClient.login(scene.console());
        RawClient writer = scene.login(WRITES)) {
      admin.query("DRAIN pg1");
      writer.send(query("INSERT INTO t VALUES (8)"));
      assertThat(writer.poll(AWHILE)).as("it is drained").isEmpty();
      admin.query("READY pg1");
      assertThat(new Answer(writer.receiveUntilReady()).sqlState()).isEqualTo("00000");
    }
  }
}
