package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Knob;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.ReplicationClient;
import io.trunkline.proxy.rig.Setup;
import io.trunkline.proxy.rig.TestProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// How long a replication connection lives, what ends it, and what it takes from the others.
@ParameterizedClass
@ValueSource(ints = {13, 18})
class ReplicationLifeIT {
  private static final Duration SHORT = Duration.ofMillis(300);

  private final int version;
  private ReplicationScene scene;

  ReplicationLifeIT(int version) {
    this.version = version;
  }

  @BeforeEach
  void setScene() throws IOException {
    scene = new ReplicationScene(version);
  }

  @AfterEach
  void endScene() throws IOException {
    scene.close();
  }

  // ---- how it ends

  @Test
  void clientVanishes_streaming_slotIsFreeAtOnce() throws IOException {
    ReplicationClient client = scene.decoding();
    client.raw().vanish();
    scene.isFree();
  }

  @Test
  void clientResets_streaming_slotIsFreeAtOnce() throws IOException {
    ReplicationClient client = scene.decoding();
    client.raw().reset();
    scene.isFree();
  }

  @Test
  void clientHalfCloses_streaming_slotIsFreeAndBothSidesEnd() throws IOException {
    try (ReplicationClient client = scene.decoding()) {
      client.raw().halfClose();
      client.raw().receiveUntilClosed();
      scene.isFree();
    }
  }

  @Test
  void clientTerminates_amidTheStream_slotIsFreeAtOnce() throws IOException {
    scene.decoding().close();
    scene.isFree();
  }

  @Test
  void clientTerminates_behindTheStart_slotIsFree() throws IOException {
    try (ReplicationClient client = scene.logical()) {
      client.command(scene.createSlot());
      client.raw().send(query(scene.startDecoding()), Frontend.terminate());
      client.raw().receiveUntilClosed();
      scene.isFree();
    }
  }

  @Test
  void clientVanishes_serverDeaf_itsWorkIsCancelled() throws IOException {
    TestProxy.Kind.assumeProxy();
    ReplicationClient client = scene.logical();
    client.raw().send(query("SELECT pg_sleep(60)"));
    scene.sleeps();
    client.raw().vanish();
    scene.isFree();
  }

  @Test
  void server_terminatesTheWalsender_clientIsToldAndClosed() throws IOException {
    try (ReplicationClient client = scene.decoding()) {
      scene.postgres.run(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'repl'");
      Message end = client.receiveEnd();
      assertThat(end.sqlState()).isEqualTo("57P01");
      assertThat(client.raw().receiveUntilClosed()).isEmpty();
    }
  }

  @Test
  void server_shutsDown_clientGetsTheEndOfTheStreamAndNothingElse() throws Exception {
    try (Postgres own = Postgres.start(scene.postgres.server().version());
        TestProxy before = TestProxy.start(scene.setup().behind(own.app()));
        ReplicationClient client =
            ReplicationClient.physical(before.endpoint().as("repl", "repl"))) {
      client.start("START_REPLICATION PHYSICAL " + client.row("IDENTIFY_SYSTEM").get("xlogpos"));
      Thread stopping = Thread.ofVirtual().start(() -> stop(own));
      Message end = client.receiveEnd();
      assertThat(end.tag()).as("%s", client).isEqualTo('C');
      assertThat(client.raw().receiveUntilClosed()).isEmpty();
      stopping.join();
    }
  }

  private static void stop(Postgres own) {
    try {
      own.server().stop();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // ---- its place among others

  @Test
  void connection_ofEachClient_isItsOwnAndEndsWithIt() throws IOException {
    String pid;
    try (ReplicationClient one = scene.logical();
        ReplicationClient other = scene.logical()) {
      pid = one.row("SELECT pg_backend_pid() AS pid").get("pid");
      assertThat(other.row("SELECT pg_backend_pid() AS pid").get("pid")).isNotEqualTo(pid);
    }
    try (RawClient ordinary = RawClient.login(scene.repl())) {
      assertThat(ordinary.query("SELECT pg_backend_pid()").value()).isNotEqualTo(pid);
    }
    Await.until(
        ReplicationScene.SOON,
        "it is gone",
        () -> scene.value("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid).equals("0"));
  }

  @Test
  void connection_poolFull_waitsAndTakesTheIdleOnesPlace() throws Exception {
    TestProxy.Kind.assumeProxy();
    Setup small = scene.setup().with(Knob.POOL_SIZE, 1).with(Knob.QUERY_WAIT, SHORT);
    try (TestProxy full = TestProxy.start(small.with(Knob.EVENT_LOOPS, 3))) {
      Endpoint repl = full.endpoint().as("repl", "repl");
      try (RawClient ordinary = RawClient.login(repl).patience(ReplicationScene.SOON)) {
        for (int i = 0; i < 10; i++) {
          assertThat(ordinary.query("SELECT 1").value()).isEqualTo("1"); // leaves it idle
          try (ReplicationClient client = ReplicationClient.logical(repl)) {
            client.command("IDENTIFY_SYSTEM");
            assertThat(ordinary.query("SELECT 1").sqlState()).isEqualTo("53300");
            assertThatThrownBy(() -> ReplicationClient.logical(repl))
                .isInstanceOf(LoginRefused.class)
                .hasMessageContaining("53300");
          }
        }
      }
    }
  }

  @Test
  void connection_waitingClientVanishes_placeIsFree() throws Exception {
    try (TestProxy full = TestProxy.start(scene.setup().with(Knob.POOL_SIZE, 1))) {
      Endpoint repl = full.endpoint().as("repl", "repl");
      try (ReplicationClient holder = ReplicationClient.logical(repl)) {
        RawClient waiting = RawClient.open(repl);
        Map<String, String> parameters = repl.startupParameters();
        parameters.put("replication", "database");
        waiting.send(Frontend.startup(Frontend.V3_0, parameters));
        assertThat(waiting.receive().tag()).isEqualTo('R');
        waiting.vanish();
        holder.command("IDENTIFY_SYSTEM");
      }
      try (RawClient ordinary = RawClient.login(repl).patience(ReplicationScene.SOON)) {
        assertThat(ordinary.query("SELECT 1").value()).isEqualTo("1");
      }
    }
  }

  @Test
  void stream_silentForLong_noTimeoutEndsIt() throws Exception {
    Setup impatient =
        scene
            .setup()
            .with(Knob.CLIENT_IDLE, SHORT)
            .with(Knob.QUERY, SHORT)
            .with(Knob.TRANSACTION, SHORT)
            .with(Knob.IDLE_IN_TRANSACTION, SHORT);
    try (TestProxy strict = TestProxy.start(impatient);
        ReplicationClient client =
            ReplicationClient.logical(strict.endpoint().as("repl", "repl"))) {
      client.command(scene.createSlot());
      client.raw().poll(Duration.ofSeconds(1));
      client.start(scene.startDecoding());
      client.raw().poll(Duration.ofSeconds(1));
      scene.tell("after a while");
      client.receiveUntil("after a while");
    }
  }

  @Test
  void baseBackup_clientDoesNotRead_serverWaitsAndMemoryIsBounded() throws IOException {
    scene.postgres.run(
        "DROP TABLE IF EXISTS large",
        "CREATE TABLE large AS SELECT i, repeat(md5(i::text), 30) AS pad"
            + " FROM generate_series(1, 60000) i");
    String start = "BASE_BACKUP LABEL 'x' FAST NOWAIT";
    if (scene.postgres.server().version() >= 15) {
      start = "BASE_BACKUP ( LABEL 'x', CHECKPOINT 'fast', WAIT false )";
    }
    try (ReplicationClient client = scene.physical()) {
      client.raw().send(query(start));
      Await.until(
          ReplicationScene.SOON,
          "the server waits for the client",
          () ->
              scene
                  .value(
                      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'repl'"
                          + " AND wait_event = 'ClientWrite'")
                  .equals("1"));
      assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory())
          .as("bytes of buffers")
          .isLessThan(64 << 20);
      long bytes = 0;
      Message message = client.raw().receive();
      while (!message.isReady()) {
        assertThat(message.isError()).as("%s", message).isFalse();
        bytes += message.tag() == 'd' ? message.bodyBytes() : 0;
        message = client.raw().receive();
      }
      assertThat(bytes).isGreaterThan(60_000 * 960);
    } finally {
      scene.postgres.run("DROP TABLE large");
    }
  }

  @Test
  void baseBackup_clientVanishes_serverEndsIt() throws IOException {
    ReplicationClient client = scene.physical();
    client.raw().send(query("BASE_BACKUP"));
    client.raw().receive();
    client.raw().vanish();
    scene.isFree();
  }
}
