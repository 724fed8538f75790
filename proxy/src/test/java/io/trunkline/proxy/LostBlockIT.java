package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.SESSIONS;
import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.bind;
import static io.trunkline.proxy.rig.Frontend.describePortal;
import static io.trunkline.proxy.rig.Frontend.execute;
import static io.trunkline.proxy.rig.Frontend.parse;
import static io.trunkline.proxy.rig.Frontend.query;
import static io.trunkline.proxy.rig.Frontend.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.session.LoopContext;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A server is lost in the middle of transaction blocks. Their clients stay, and are told, and what
/// they send on in the belief that their block is open is not executed.
class LostBlockIT extends OnMovingScene {
  @Test
  void idleInABlock_hearsIt_andExecutesNothingBeforeItsEnd() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.query("BEGIN");
      client.query("INSERT INTO t VALUES (1)");
      failOver();
      Answer told = client.query("INSERT INTO t VALUES (2)");
      assertThat(told.sqlState()).isEqualTo("40001");
      assertThat(told.status()).isEqualTo('E');
      Answer ignored = client.query("INSERT INTO t VALUES (3)");
      assertThat(ignored.sqlState()).isEqualTo("25P02");
      assertThat(ignored.status()).isEqualTo('E');
      assertThat(client.query("ROLLBACK TO s").sqlState()).isEqualTo("3B001");
      Answer end = client.query("COMMIT");
      assertThat(end.commandTags()).containsExactly("ROLLBACK");
      assertThat(end.tags()).as("no warning").isEqualTo("CZ");
      assertThat(end.status()).isEqualTo('I');
      assertThat(client.query("INSERT INTO t VALUES (4)").status()).isEqualTo('I');
    }
    assertThat(ids()).isEqualTo("4");
  }

  @Test
  void whatWasPipelined_isNotExecuted() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.query("BEGIN");
      failOver();
      client.send(
          parse("", "INSERT INTO t VALUES (1)"),
          bind("", ""),
          execute("", 0),
          sync(),
          query("INSERT INTO t VALUES (2)"),
          query("ROLLBACK"),
          query("INSERT INTO t VALUES (3)"));
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("40001");
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("25P02");
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("CZ");
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("CZ");
    }
    assertThat(ids()).isEqualTo("3");
  }

  /// As pgjdbc begins its transactions, with more behind. The server stops while the first
  /// statement runs.
  @Test
  void beginAndItsStatementInOnePipe_leaveAFailedBlock() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.send(
          query("BEGIN"),
          parse("", "INSERT INTO t SELECT 1 FROM pg_sleep(60)"),
          bind("", ""),
          execute("", 0),
          sync(),
          query("INSERT INTO t VALUES (2)"),
          query("COMMIT"),
          query("INSERT INTO t VALUES (3)"));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      assertThat(new Answer(client.receiveUntilReady()).commandTags()).containsExactly("BEGIN");
      Answer told = new Answer(client.receiveUntilReady());
      assertThat(told.sqlState()).as("%s", told).isEqualTo("40001");
      assertThat(told.status()).isEqualTo('E');
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("25P02");
      assertThat(new Answer(client.receiveUntilReady()).commandTags()).containsExactly("ROLLBACK");
      assertThat(new Answer(client.receiveUntilReady()).tags()).isEqualTo("CZ");
    }
    assertThat(ids()).isEqualTo("3");
  }

  /// Both are there when the loop looks: the server's last words, and then what the client has sent
  /// without knowing of them.
  @Test
  void sentBehindTheLastWords_isAnswered() throws Exception {
    AtomicBoolean look = new AtomicBoolean();
    try (RawClient client = scene.login(WRITES);
        RawClient session = scene.login(SESSIONS)) {
      client.query("BEGIN");
      session.query("SELECT 1");
      for (LoopContext context : scene.proxy.wiring().contexts()) {
        context
            .loop()
            .execute(() -> {
              while (!look.get()) {
                // Thread.onSpinWait would count as a blocking call here
              }
            });
      }
      try {
        scene.primary().stop();
        client.send(query("INSERT INTO t VALUES (1)"), query("INSERT INTO t VALUES (2)"));
        session.send(query("SELECT 1"));
      } finally {
        look.set(true);
      }
      scene.servers.failOver();
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("40001");
      assertThat(new Answer(client.receiveUntilReady()).sqlState()).isEqualTo("25P02");
      assertThat(client.query("ROLLBACK").tags()).isEqualTo("CZ");
      assertThat(new Answer(session.receiveUntilReady()).value()).isEqualTo("1");
    }
    assertThat(ids()).isEmpty();
  }

  /// As drivers do it that prepare everything: the new server has none of these names.
  @Test
  void extendedProtocol_preparedStatementsBeforeAndInTheBlock_goOn() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.ask(parse("begin", "BEGIN"), parse("rollback", "ROLLBACK"), sync());
      client.ask(bind("", "begin"), execute("", 0), sync());
      client.ask(parse("in", "INSERT INTO t VALUES (1)"), sync());
      client.ask(bind("", "in"), execute("", 0), sync());
      failOver();
      Answer told = client.ask(bind("", "in"), describePortal(""), execute("", 0), sync());
      assertThat(told.sqlState()).isEqualTo("40001");
      assertThat(told.tags()).isEqualTo("EZ");
      assertThat(client.ask(bind("", "in"), execute("", 0), sync()).sqlState()).isEqualTo("25P02");
      assertThat(client.ask(parse("in2", "SELECT 1"), sync()).sqlState()).isEqualTo("25P02");
      Answer end = client.ask(bind("", "rollback"), execute("", 0), sync());
      assertThat(end.commandTags()).as("%s", end).containsExactly("ROLLBACK");
      assertThat(end.status()).isEqualTo('I');
      assertThat(client.ask(parse("in2", "SELECT 1"), sync()).tags()).isEqualTo("1Z");
      assertThat(client.ask(bind("", "in"), execute("", 0), sync()).commandTags())
          .containsExactly("INSERT 0 1");
    }
    assertThat(ids()).isEqualTo("1");
  }

  /// A name whose Parse was lost with the server is free.
  @Test
  void parseUnderWay_nameCanBeUsedAgain() throws Exception {
    try (RawClient inBlock = scene.login(WRITES);
        RawClient implicit = scene.login(WRITES)) {
      inBlock.query("BEGIN");
      String slow = "SELECT pg_sleep(60), 'a'";
      inBlock.send(parse("s", slow), bind("", "s"), execute("", 0), sync());
      implicit.send(parse("s", slow + ", 'b'"), bind("", "s"), execute("", 0), sync());
      awaitRunning(2);
      failOver();
      assertThat(new Answer(inBlock.receiveUntilReady()).sqlState()).isEqualTo("40001");
      assertThat(new Answer(implicit.receiveUntilReady()).sqlState()).isEqualTo("08007");
      inBlock.query("ROLLBACK");
      for (RawClient client : new RawClient[] {inBlock, implicit}) {
        Answer again = client.ask(parse("s", "SELECT 7"), bind("", "s"), execute("", 0), sync());
        assertThat(again.sqlState()).as("%s", again).isEqualTo("00000");
        assertThat(again.value()).isEqualTo("7");
      }
    }
  }

  /// What the block has set is undone with it; what was set before comes along.
  @Test
  void settings_areThoseFromBeforeTheBlock() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.query("SET TimeZone TO 'Asia/Tokyo'");
      client.query("BEGIN");
      client.query("SET TimeZone TO 'Europe/Rome'");
      client.query("SET LOCAL work_mem TO '7MB'");
      failOver();
      assertThat(client.query("SELECT 1").sqlState()).isEqualTo("40001");
      Answer end = client.query("ROLLBACK");
      assertThat(end.toString()).contains("Asia/Tokyo");
      assertThat(client.query("SHOW TimeZone").value()).isEqualTo("Asia/Tokyo");
      assertThat(client.query("SHOW work_mem").value()).isEqualTo("4MB");
    }
  }

  /// A lock of the session outlasts a rollback, but not the session.
  @Test
  void lockTakenInTheBlock_endsTheSession() throws Exception {
    try (RawClient client = scene.login(WRITES)) {
      client.query("BEGIN");
      client.query("SELECT pg_advisory_lock(1)");
      failOver();
      assertThat(client.receiveUntilClosed().getLast().sqlState()).isEqualTo("40001");
    }
  }

  /// PostgreSQL says of a COMMIT that failed that the block is over.
  @Test
  void commitUnderWay_terminated_leavesNoBlock() throws Exception {
    scene
        .primary()
        .execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'");
    scene
        .primary()
        .execute(
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION slow()");
    scene.servers.awaitCaughtUp();
    try (RawClient client = scene.login(WRITES)) {
      client.query("BEGIN");
      client.query("INSERT INTO t VALUES (1)");
      client.send(query("COMMIT"));
      awaitRunning(1);
      scene.servers.switchOver(scene.standby());
      Answer told = new Answer(client.receiveUntilReady());
      assertThat(told.sqlState()).isEqualTo("40001");
      assertThat(told.status()).isEqualTo('I');
      assertThat(client.query("SELECT 1").status()).isEqualTo('I');
    }
    assertThat(ids()).isEmpty();
  }
}
