package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.concat;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.message;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.RawClient;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// A server stops while several requests are in the pipe, in one piece or in many, or while what
/// was sent again is under way.
class PipelineOutcomeIT extends OnMovingScene {
  /// Of several cycles in the pipe the first has been answered, and its unnamed statement is not
  /// that of the second.
  @Test
  void fastShutdown_pipelineUnderWay_isExecutedOnceByTheNextLeader() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(
          parse("", "INSERT INTO t VALUES (20)"),
          bind("", ""),
          execute("", 0),
          sync(),
          parse("", SLOW_INSERT.formatted(21)),
          bind("", ""),
          execute("", 0),
          parse("", "INSERT INTO t VALUES (22)"),
          bind("", ""),
          execute("", 0),
          sync(),
          query("INSERT INTO t VALUES (23)"),
          query("SELECT count(*) FROM t"));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("12CZ");
      Answer batch = new Answer(client.receiveUntilReady());
      assertThat(batch.tags()).as("%s", batch).isEqualTo("12C12CZ");
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("CZ");
      assertThat(new Answer(client.receiveUntilReady()).value()).isEqualTo("4");
    }
    assertThat(ids()).isEqualTo("20,21,22,23");
  }

  /// What comes while other things are under way, cut amid messages and cycles.
  @Test
  void fastShutdown_pipelineInPieces_isExecutedOnceByTheNextLeader() throws Exception {
    byte[] batch =
        concat(
            parse("", "INSERT INTO t VALUES (81)"),
            bind("", ""),
            execute("", 0),
            parse("late", "INSERT INTO t VALUES (82)"),
            bind("", "late"),
            execute("", 0),
            sync());
    try (RawClient client = scene.login(WRITES)) {
      scene.sendApart(
          client,
          query("INSERT INTO t SELECT 80 FROM pg_sleep(2)"),
          Arrays.copyOfRange(batch, 0, 20),
          Arrays.copyOfRange(batch, 20, 60),
          Arrays.copyOfRange(batch, 60, 61),
          Arrays.copyOfRange(batch, 61, batch.length),
          query("SELECT count(*) FROM t"));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("CZ");
      Answer answer = new Answer(client.receiveUntilReady());
      assertThat(answer.tags()).as("%s", answer).isEqualTo("12C12CZ");
      assertThat(new Answer(client.receiveUntilReady()).value()).isEqualTo("3");
    }
    assertThat(ids()).isEqualTo("80,81,82");
  }

  /// Its end has not come: nobody knows what it would have been.
  @Test
  void fastShutdown_pipelineWithoutItsEnd_isNotSentAgain() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      scene.sendApart(
          client,
          query("INSERT INTO t SELECT 83 FROM pg_sleep(2)"),
          concat(parse("", "INSERT INTO t VALUES (84)"), bind("", ""), execute("", 0)));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("08007");
    }
    assertThat(ids()).isEmpty();
  }

  /// Once it is more than is kept, nothing is sent again before all has been answered.
  @Test
  void fastShutdown_pipelineTooLong_isNotSentAgain() throws Exception {
    byte[] long1 = query("SELECT '" + "x".repeat(40_000) + "'");
    try (RawClient client = scene.login(WRITES)) {
      scene.sendApart(
          client,
          query("INSERT INTO t SELECT 85 FROM pg_sleep(2)"),
          long1,
          long1,
          query("INSERT INTO t VALUES (86)"));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("08007");
    }
    assertThat(ids()).isEmpty();
  }

  /// The server takes what follows for the data of the COPY, or for its end.
  @Test
  void fastShutdown_copyInThePipe_isNotSentAgain() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      scene.sendApart(
          client,
          query("INSERT INTO t SELECT 87 FROM pg_sleep(2)"),
          query("COPY t FROM STDIN"),
          concat(message('d', "88\n".getBytes(UTF_8)), message('c', new byte[0])),
          query("INSERT INTO t VALUES (89)"));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("08007");
    }
    assertThat(ids()).isEmpty();
  }

  /// What is sent again is kept until it is answered, wherever that is.
  @Test
  void fastShutdown_twice_pipelineUnderWay_isExecutedOnceByTheLastLeader() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(
          query("INSERT INTO t VALUES (40)"),
          query("INSERT INTO t SELECT 41 FROM pg_sleep(6)"),
          query("INSERT INTO t VALUES (42)"));
      for (int i = 0; i < 2; i++) {
        awaitRunning(1);
        scene.servers.switchOver(scene.standby());
      }
      for (int i = 0; i < 3; i++) {
        Answer answer = new Answer(client.receiveUntilReady());
        assertThat(answer.tags()).as("%s", answer).isEqualTo("CZ");
      }
    }
    assertThat(ids()).isEqualTo("40,41,42");
  }

  /// The second time nobody knows.
  @Test
  void fastShutdown_thenKilled_isToldThatItIsNotKnown() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(
          query("INSERT INTO t VALUES (50)"), query("INSERT INTO t SELECT 51 FROM pg_sleep(6)"));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      awaitRunning(1);
      scene.servers.awaitCaughtUp();
      failOver();
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("CZ");
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("08007");
      assertThat(client.query("INSERT INTO t VALUES (52)").tags()).isEqualTo("CZ");
    }
    assertThat(ids()).isEqualTo("50,52");
  }

  /// An operator who ends what was sent again means just that.
  @Test
  void fastShutdown_thenTerminatedByAnOperator_isNotSentAgain() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(query("INSERT INTO t SELECT 60 FROM pg_sleep(6)"));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      awaitRunning(1);
      terminateRunning();
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("57P01");
    }
    assertThat(running(scene.primary())).isZero();
    assertThat(ids()).isEmpty();
  }

  /// What a statement before it in the pipe has set is at the server that is gone, and nobody has
  /// asked for it yet.
  @Test
  void fastShutdown_behindASettingInThePipe_endsTheSession() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(query("SET work_mem TO '7MB'"), query(SLOW_INSERT.formatted(70)));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("CZ");
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("40001");
    }
    assertThat(ids()).isEmpty();
  }

  /// A stopped server with its pipeline refused for want of another: none of it must be executed
  /// when there is one, a BEGIN that was refused least of all forgotten.
  @Test
  void waitCancelled_pipelineIsRefusedAsAWhole() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.query("SELECT 1");
      scene.proxy.wiring().topologies("main").drain("a test wants it");
      scene.settle();
      client.send(
          query("BEGIN"),
          parse("", "INSERT INTO t VALUES (30)"),
          bind("", ""),
          execute("", 0),
          sync(),
          query("INSERT INTO t VALUES (31)"));
      assertThat(client.poll(Duration.ofMillis(100))).isEmpty();
      client.cancel();
      for (int i = 0; i < 3; i++) {
        Answer refused = new Answer(client.receiveUntilReady());
        assertThat(refused.sqlState()).as("%s", refused).isEqualTo("57014");
        assertThat(refused.status()).isEqualTo('I');
      }
      scene.proxy.wiring().topologies("main").drain("");
      assertThat(client.query("INSERT INTO t VALUES (32)").tags()).isEqualTo("CZ");
    }
    assertThat(ids()).isEqualTo("32");
  }
}
