package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.READS;
import static io.trunkline.proxy.MovingScene.SESSIONS;
import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A server stops, or is killed, while something is under way: what certainly was not executed is
/// executed by the next one, and of everything else the client is told what is known.
class OutcomeIT extends OnMovingScene {
  private String count(int id) throws SQLException {
    return scene.primary().query("SELECT count(*) FROM t WHERE id = " + id);
  }

  @Test
  void fastShutdown_simpleInsertUnderWay_isExecutedOnceByTheNextLeader() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(query(SLOW_INSERT.formatted(1)));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      Answer answer = new Answer(client.receiveUntilReady());
      assertThat(answer.commandTags()).as("%s", answer).containsExactly("INSERT 0 1");
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
    }
    assertThat(count(1)).isEqualTo("1");
  }

  @Test
  void fastShutdown_extendedInsertUnderWay_isExecutedOnceByTheNextLeader() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(
          parse("s", SLOW_INSERT.formatted(2)),
          bind("", "s"),
          describePortal(""),
          execute("", 0),
          sync());
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      Answer answer = new Answer(client.receiveUntilReady());
      assertThat(answer.tags()).as("%s", answer).isEqualTo("12nCZ");
      assertThat(client.ask(bind("", "s"), execute("", 0), sync()).sqlState()).isEqualTo("23505");
    }
    assertThat(count(2)).isEqualTo("1");
  }

  @Test
  void fastShutdown_transactionOpen_isToldThatItWasRolledBack() throws Exception {
    try (RawClient idle = scene.login(WRITES);
        RawClient running = scene.login(WRITES);
        RawClient procedure = scene.login(WRITES)) {
      idle.query("BEGIN");
      idle.query("INSERT INTO t VALUES (3)");
      running.query("BEGIN");
      running.send(query(SLOW_INSERT.formatted(4)));
      procedure.send(query("DO $$ BEGIN PERFORM pg_sleep(60); END $$"));
      awaitRunning(2);
      scene.servers.switchOver(scene.standby());
      assertThat(new Answer(running.receiveUntilReady()).sqlState()).isEqualTo("40001");
      assertThat(running.query("ROLLBACK").commandTags()).containsExactly("ROLLBACK");
      assertThat(idle.query("COMMIT").sqlState()).isEqualTo("40001");
      assertThat(idle.query("COMMIT").commandTags()).containsExactly("ROLLBACK");
      Answer unknown = new Answer(procedure.receiveUntilReady());
      assertThat(unknown.sqlState()).as("it may have committed").isEqualTo("08007");
      assertThat(procedure.query("SELECT 1").value()).isEqualTo("1");
    }
    assertThat(scene.primary().query("SELECT count(*) FROM t")).isEqualTo("0");
  }

  @Test
  void restartInPlace_insertUnderWay_isExecutedOnce() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(query(SLOW_INSERT.formatted(5)));
      awaitRunning(1);
      scene.primary().restart();
      Answer answer = new Answer(client.receiveUntilReady());
      assertThat(answer.commandTags()).as("%s", answer).containsExactly("INSERT 0 1");
    }
    assertThat(count(5)).isEqualTo("1");
  }

  @Test
  void terminatedByAnOperator_isNotSentAgain() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(query("INSERT INTO t SELECT 6 FROM pg_sleep(60)"));
      awaitRunning(1);
      terminateRunning();
      Message last = client.receiveUntilClosed().getLast();
      assertThat(last.sqlState()).isEqualTo("57P01");
    }
    assertThat(running(scene.primary())).isZero();
    assertThat(count(6)).isEqualTo("0");
  }

  @Test
  void killed_whatMayHaveBeenExecuted_isNotSentAgain() throws Exception {
    try (RawClient implicit = scene.login(WRITES);
        RawClient inBlock = scene.login(WRITES);
        RawClient session = scene.login(SESSIONS)) {
      implicit.send(query(SLOW_INSERT.formatted(7)));
      inBlock.query("BEGIN");
      inBlock.send(query(SLOW_INSERT.formatted(8)));
      session.query("LISTEN something");
      awaitRunning(2);
      failOver();
      assertThat(new Answer(implicit.receiveUntilReady()).sqlState()).isEqualTo("08007");
      assertThat(new Answer(inBlock.receiveUntilReady()).sqlState()).isEqualTo("40001");
      assertThat(session.receiveUntilClosed().getLast().sqlState()).isEqualTo("57P01");
      assertThat(implicit.query("INSERT INTO t VALUES (9)").sqlState()).isEqualTo("00000");
    }
    assertThat(scene.primary().query("SELECT string_agg(id::text, ',') FROM t")).isEqualTo("9");
  }

  @Test
  void standbyKilled_readUnderWay_isExecutedElsewhere() throws Exception {
    scene.servers.rejoin(scene.standby());
    scene.close();
    scene = new MovingScene(3);
    try (RawClient client = scene.login(READS)) {
      client.send(query("SELECT pg_sleep(1) IS NULL"));
      Await.until(SOON, "it runs", () -> runsOn() != null);
      scene.servers.kill(runsOn());
      Answer answer = new Answer(client.receiveUntilReady());
      assertThat(answer.sqlState()).as("%s", answer).isEqualTo("00000");
    }
  }

  /// Who knows whether the server did not die of it.
  @Test
  void standbyKilled_readUnderWayForTheSecondTime_isTold() throws Exception {
    scene.servers.rejoin(scene.standby());
    scene.close();
    scene = new MovingScene(3);
    try (RawClient client = scene.login(READS)) {
      client.send(query("SELECT pg_sleep(20) IS NULL"));
      for (int i = 0; i < 2; i++) {
        Await.until(SOON, "it runs", () -> runsOn() != null);
        scene.servers.kill(runsOn());
      }
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("40001");
    }
  }

  private String runsOn() {
    for (String name : scene.servers.standbyNames()) {
      if (running(scene.servers.member(name)) > 0) {
        return name;
      }
    }
    return null;
  }

  /// The topology still says that it leads.
  @Test
  void leaderIsAStandbyByNow_writeWaitsForThePrimary() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      assertThat(client.query("INSERT INTO t VALUES (10)").sqlState()).isEqualTo("00000");
      for (int i = 0; i < 3; i++) {
        scene.servers.switchOver(scene.standby());
        int id = 11 + i;
        assertThat(client.query("INSERT INTO t VALUES (" + id + ")").sqlState()).isEqualTo("00000");
      }
    }
    assertThat(scene.primary().query("SELECT count(*) FROM t")).isEqualTo("4");
  }

  @Test
  void waitCancelled_whileItWaitsToBeSentAgain_isToldSo() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(query(SLOW_INSERT.formatted(20)));
      awaitRunning(1);
      scene.primary().stop();
      assertThat(client.poll(Duration.ofMillis(500))).as("it waits").isEmpty();
      client.cancel();
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("57014");
    }
  }
}
