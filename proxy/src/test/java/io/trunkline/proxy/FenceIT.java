package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.SESSIONS;
import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The leader changes while the old one still runs and takes writes: from that moment on nothing is
/// done there, whatever was under way.
class FenceIT extends OnMovingScene {
  /// Leaves the old primary as it is.
  private EmbeddedServer promoteTheOther() throws IOException, SQLException {
    EmbeddedServer old = scene.primary();
    String next = scene.standby();
    scene.servers.promote(next);
    scene.awaitLeader(next);
    return old;
  }

  private static Message last(RawClient client) throws IOException {
    return client.receiveUntilClosed().getLast();
  }

  @Test
  void oldLeader_losesEveryConnection_andGetsNoMoreWrites() throws Exception {
    try (RawClient idle = scene.login(WRITES);
        RawClient inBlock = scene.login(WRITES);
        RawClient busy = scene.login(WRITES);
        RawClient session = scene.login(SESSIONS);
        RawClient fresh = scene.login(SESSIONS)) {
      idle.query("INSERT INTO t VALUES (1)");
      inBlock.query("BEGIN");
      inBlock.query("INSERT INTO t VALUES (2)");
      session.query("CREATE TEMP TABLE mine ()");
      busy.send(query("INSERT INTO t SELECT 3 FROM pg_sleep(60)"));
      assertThat(busy.poll(Duration.ofMillis(100))).isEmpty();
      EmbeddedServer old = promoteTheOther();

      assertThat(inBlock.query("INSERT INTO t VALUES (4)").sqlState()).isEqualTo("40001");
      assertThat(last(session).sqlState()).isEqualTo("57P01");
      assertThat(new Answer(busy.receiveUntilReady()).error().orElseThrow().sqlState())
          .isEqualTo("08007");
      for (RawClient client : new RawClient[] {idle, busy, fresh}) {
        assertThat(client.query("SELECT inet_server_port()").value())
            .isEqualTo(Integer.toString(scene.primary().port()));
      }
      idle.query("INSERT INTO t VALUES (2)");
      Await.until(
          SOON, "the old leader has none of our sessions", () -> MovingScene.sessions(old) <= 1);
      assertThat(old.query("SELECT count(*) FROM t WHERE id = 2")).isEqualTo("0");
      assertThat(scene.primary().query("SELECT count(*) FROM t WHERE id = 2")).isEqualTo("1");
    }
  }

  @Test
  void noLeader_runningTransactionEnds_newOnesWait() throws Exception {
    try (RawClient running = scene.login(WRITES);
        RawClient waiting = scene.login(WRITES);
        RawClient session = scene.login(SESSIONS)) {
      session.query("SET application_name = ''");
      running.query("BEGIN");
      running.query("INSERT INTO t VALUES (1)");
      scene.proxy.wiring().topologies("main").drain("a test wants it");
      scene.settle();
      waiting.send(query("INSERT INTO t VALUES (2)"));
      session.send(query("INSERT INTO t VALUES (3)"));
      assertThat(waiting.poll(Duration.ofMillis(200))).as("it waits").isEmpty();
      assertThat(session.poll(Duration.ofMillis(200))).as("it waits").isEmpty();
      assertThat(running.query("COMMIT").commandTags()).containsExactly("COMMIT");
      Await.until(
          SOON,
          "nothing but the session that cannot move is left",
          () -> MovingScene.sessions(scene.primary()) == 1);
      scene.proxy.wiring().topologies("main").drain("");
      assertThat(new Answer(waiting.receiveUntilReady()).commandTags())
          .containsExactly("INSERT 0 1");
      assertThat(new Answer(session.receiveUntilReady()).commandTags())
          .containsExactly("INSERT 0 1");
    }
    assertThat(scene.primary().query("SELECT count(*) FROM t")).isEqualTo("3");
  }
}
