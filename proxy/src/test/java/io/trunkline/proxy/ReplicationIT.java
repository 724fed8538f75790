package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PooledByteBufAllocator;
import io.trunkline.proxy.rig.Answer;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The streaming replication protocol, spoken byte by byte through a listener whose pool mode is
/// transaction. PostgreSQL docs, "Streaming Replication Protocol".
@ParameterizedClass
@ValueSource(ints = {13, 18})
class ReplicationIT {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Postgres postgres;
  private final String slot = "slot_" + NAMES.incrementAndGet();
  private TestProxy proxy;

  ReplicationIT(int version) {
    this.postgres = Postgres.shared(version);
  }

  @BeforeEach
  void startProxy() throws IOException {
    proxy = TestProxy.start(setup());
    postgres.run("DROP TABLE IF EXISTS told", "CREATE TABLE told (word text)");
  }

  @AfterEach
  void stopProxy() throws IOException {
    proxy.close();
    isFree(); // else the next test would find it
    postgres.run(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "DROP PUBLICATION IF EXISTS news");
  }

  private Setup setup() {
    return Setup.transaction().behind(postgres.app());
  }

  private Endpoint repl() {
    return proxy.endpoint().as("repl", "repl");
  }

  private ReplicationClient physical() throws IOException {
    return ReplicationClient.physical(repl());
  }

  private ReplicationClient logical() throws IOException {
    return ReplicationClient.logical(repl());
  }

  private ReplicationClient decoding() throws IOException {
    ReplicationClient client = logical();
    client.command("CREATE_REPLICATION_SLOT %s LOGICAL test_decoding".formatted(slot));
    client.start(startDecoding());
    return client;
  }

  private String startDecoding() {
    return "START_REPLICATION SLOT \"%s\" LOGICAL 0/0 (\"include-xids\" '0')".formatted(slot);
  }

  private void tell(String word) throws IOException {
    postgres.run("INSERT INTO told VALUES ('" + word + "')");
  }

  private String value(String sql) throws IOException {
    return postgres.value(sql);
  }

  private void sleeps() {
    String sleepers = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    Await.until(SOON, "it sleeps", () -> value(sleepers).equals("1"));
  }

  private void isFree() {
    Await.until(
        SOON,
        "no walsender is left, no slot in use",
        () ->
            value(
                    "SELECT (SELECT count(*) FROM pg_stat_replication)"
                        + " + (SELECT count(*) FROM pg_replication_slots WHERE active)"
                        + " + (SELECT count(*) FROM pg_stat_activity WHERE usename = 'repl')")
                .equals("0"));
  }

  // ---- commands

  @Test
  void identifySystem_physical_isTheServersAnswer() throws IOException {
    try (ReplicationClient client = physical()) {
      Map<String, String> system = client.row("IDENTIFY_SYSTEM");
      assertThat(system.get("systemid"))
          .isEqualTo(value("SELECT system_identifier FROM pg_control_system()"));
      assertThat(system.get("dbname")).isNull();
      assertThat(client.row("SHOW server_version").get("server_version"))
          .isEqualTo(client.raw().parameter("server_version"));
    }
  }

  @Test
  void identifySystem_logical_isInTheDatabase() throws IOException {
    try (ReplicationClient client = logical()) {
      assertThat(client.row("IDENTIFY_SYSTEM").get("dbname")).isEqualTo("app");
      assertThat(client.row("SELECT current_database() AS it").get("it")).isEqualTo("app");
    }
  }

  @Test
  void login_physicalWithoutDatabase_isLetIn() throws IOException {
    try (RawClient client = RawClient.open(repl())) {
      client.send(Frontend.startup(Frontend.V3_0, Map.of("user", "repl", "replication", "yes")));
      client.receiveUntilReady();
      assertThat(client.query("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void login_physicalIntoNoDatabase_isLetIn() throws IOException {
    try (ReplicationClient client = ReplicationClient.physical(repl().inDatabase("replication"))) {
      assertThat(client.command("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void login_ownParameters_areTheServers() throws IOException {
    Map<String, String> wishes =
        Map.of(
            "replication", "database",
            "application_name", "my standby",
            "options", "-c work_mem=7MB");
    try (ReplicationClient client = ReplicationClient.login(repl(), wishes)) {
      assertThat(client.row("SHOW application_name").get("application_name"))
          .isEqualTo("my standby");
      assertThat(client.row("SHOW work_mem").get("work_mem")).isEqualTo("7MB");
    }
  }

  @Test
  void login_replicationFalse_isOrdinary() throws IOException {
    try (RawClient client =
        RawClient.login(proxy.endpoint(), Frontend.V3_0, Map.of("replication", "false"))) {
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      assertThat(client.query("IDENTIFY_SYSTEM").sqlState()).isEqualTo("42601");
    }
  }

  @Test
  void login_replicationOfNothingKnown_isRefusedAsByPostgres() {
    assertThatThrownBy(
            () -> ReplicationClient.login(proxy.endpoint(), Map.of("replication", "perhaps")))
        .isInstanceOf(LoginRefused.class)
        .hasMessageContaining("22023")
        .hasMessageContaining("perhaps");
  }

  @Test
  void login_userMayNotReplicate_isToldWhatTheServerSays() {
    assertThatThrownBy(() -> ReplicationClient.physical(proxy.endpoint()))
        .isInstanceOf(LoginRefused.class)
        .hasMessageContaining("42501");
  }

  @Test
  void extendedProtocol_refusedByTheServer_connectionGoesOn() throws IOException {
    try (ReplicationClient client = logical()) {
      Answer refusal = client.raw().ask(Frontend.parse("", "SELECT 1"), Frontend.sync());
      assertThat(refusal.sqlState()).isEqualTo("08P01");
      assertThat(refusal.tags()).isEqualTo("EZ");
      assertThat(client.row("SELECT 1 AS one").get("one")).isEqualTo("1");
    }
  }

  @Test
  void sql_amongCommands_keepsItsTransaction() throws IOException {
    try (ReplicationClient client = logical()) {
      client.command("BEGIN");
      assertThat(client.command("SET LOCAL work_mem = '3MB'").status()).isEqualTo('T');
      assertThat(client.row("SHOW work_mem").get("work_mem")).isEqualTo("3MB");
      client.command("COMMIT");
      assertThat(client.command("SELEC 1; SELECT 2").sqlState()).isEqualTo("42601");
      assertThat(client.command("SELECT 1; SELECT 2").rows()).hasSize(2);
    }
  }

  // ---- streams

  @Test
  void physicalStream_copyDoneByTheClient_endsAndCommandsGoOn() throws IOException {
    try (ReplicationClient client = physical()) {
      client.command("CREATE_REPLICATION_SLOT %s PHYSICAL RESERVE_WAL".formatted(slot));
      String from = client.row("IDENTIFY_SYSTEM").get("xlogpos");
      client.start("START_REPLICATION SLOT %s PHYSICAL %s".formatted(slot, from));
      tell("physical");
      client.receiveUntil("physical");
      Answer end = client.end();
      assertThat(end.tags()).matches("d*cd*CC?Z");
      assertThat(client.command("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
      assertThat(client.command("DROP_REPLICATION_SLOT " + slot).sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void logicalStream_testDecoding_tellsChangesAndEnds() throws IOException {
    try (ReplicationClient client = decoding()) {
      tell("first");
      assertThat(client.receiveUntil("first")).contains("INSERT: word[text]:'first'");
      client.receiveUntil("COMMIT");
      client.acknowledge();
      tell("second");
      client.receiveUntil("second");
      assertThat(client.end().tags()).matches("d*cd*CC?Z"); // a late keepalive may follow CopyDone
    }
    try (ReplicationClient next = logical()) { // a walsender does not stream twice
      next.start(startDecoding());
      assertThat(next.receiveUntil("INSERT")).contains("second");
      tell("third");
      next.receiveUntil("third");
    }
  }

  @Test
  void logicalStream_pgoutput_tellsChanges() throws IOException {
    postgres.run("CREATE PUBLICATION news FOR TABLE told");
    try (ReplicationClient client = logical()) {
      client.command("CREATE_REPLICATION_SLOT %s LOGICAL pgoutput".formatted(slot));
      client.start(
          "START_REPLICATION SLOT \"%s\" LOGICAL 0/0 (proto_version '1', publication_names '\"news\"')"
              .formatted(slot));
      tell("published");
      assertThat(client.receiveUntil("published")).startsWith("I");
      assertThat(client.end().sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void stream_manyStatusUpdatesAtOnce_allTaken() throws IOException {
    try (ReplicationClient client = decoding()) {
      byte[] update = ReplicationClient.statusUpdate(1);
      byte[][] many = new byte[20_000][];
      Arrays.fill(many, update);
      client.raw().send(many);
      tell("still here");
      client.receiveUntil("still here");
      assertThat(client.end().sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void start_slotUnknown_errorAndCommandsGoOn() throws IOException {
    try (ReplicationClient client = logical()) {
      assertThat(client.command(startDecoding()).sqlState()).isEqualTo("42704");
      assertThat(client.command("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void stream_errorInTheMiddle_lateCopyDataIgnoredAndCommandsGoOn() throws IOException {
    try (ReplicationClient client = logical()) {
      client.command("CREATE_REPLICATION_SLOT %s LOGICAL test_decoding".formatted(slot));
      client.raw().send(query(startDecoding()));
      assertThat(client.raw().receive().tag()).isEqualTo('W');
      client.raw().cancel();
      Answer cancelled = new Answer(List.of(client.receiveEnd()));
      assertThat(cancelled.sqlState()).isEqualTo("57014");
      client.raw().send(ReplicationClient.statusUpdate(1), Frontend.copyDone());
      assertThat(client.raw().receiveUntilReady()).hasSize(1);
      assertThat(client.row("SELECT 'on' AS it").get("it")).isEqualTo("on");
    }
  }

  @Test
  void cancel_ofSql_hitsIt() throws IOException {
    try (ReplicationClient client = logical()) {
      client.raw().send(query("SELECT pg_sleep(60)"));
      sleeps();
      client.raw().cancel();
      assertThat(new Answer(client.raw().receiveUntilReady()).sqlState()).isEqualTo("57014");
      assertThat(client.command("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
    }
  }

  // ---- how it ends

  @Test
  void clientVanishes_streaming_slotIsFreeAtOnce() throws IOException {
    ReplicationClient client = decoding();
    client.raw().vanish();
    isFree();
  }

  @Test
  void clientResets_streaming_slotIsFreeAtOnce() throws IOException {
    ReplicationClient client = decoding();
    client.raw().reset();
    isFree();
  }

  @Test
  void clientHalfCloses_streaming_slotIsFreeAndBothSidesEnd() throws IOException {
    try (ReplicationClient client = decoding()) {
      client.raw().halfClose();
      client.raw().receiveUntilClosed();
      isFree();
    }
  }

  @Test
  void clientTerminates_amidTheStream_slotIsFreeAtOnce() throws IOException {
    decoding().close();
    isFree();
  }

  @Test
  void clientTerminates_behindTheStart_slotIsFree() throws IOException {
    try (ReplicationClient client = logical()) {
      client.command("CREATE_REPLICATION_SLOT %s LOGICAL test_decoding".formatted(slot));
      client.raw().send(query(startDecoding()), Frontend.terminate());
      client.raw().receiveUntilClosed();
      isFree();
    }
  }

  @Test
  void clientVanishes_serverDeaf_itsWorkIsCancelled() throws IOException {
    TestProxy.Kind.assumeProxy();
    ReplicationClient client = logical();
    client.raw().send(query("SELECT pg_sleep(60)"));
    sleeps();
    client.raw().vanish();
    isFree();
  }

  @Test
  void server_terminatesTheWalsender_clientIsToldAndClosed() throws IOException {
    try (ReplicationClient client = decoding()) {
      postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'repl'");
      Message end = client.receiveEnd();
      assertThat(end.sqlState()).isEqualTo("57P01");
      assertThat(client.raw().receiveUntilClosed()).isEmpty();
    }
  }

  @Test
  void server_shutsDown_clientGetsTheEndOfTheStreamAndNothingElse() throws Exception {
    try (Postgres own = Postgres.start(postgres.server().version());
        TestProxy before = TestProxy.start(setup().behind(own.app()));
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
    try (ReplicationClient one = logical();
        ReplicationClient other = logical()) {
      pid = one.row("SELECT pg_backend_pid() AS pid").get("pid");
      assertThat(other.row("SELECT pg_backend_pid() AS pid").get("pid")).isNotEqualTo(pid);
    }
    try (RawClient ordinary = RawClient.login(repl())) {
      assertThat(ordinary.query("SELECT pg_backend_pid()").value()).isNotEqualTo(pid);
    }
    Await.until(
        SOON,
        "it is gone",
        () -> value("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid).equals("0"));
  }

  @Test
  void connection_poolFull_waitsAndTakesTheIdleOnesPlace() throws Exception {
    TestProxy.Kind.assumeProxy();
    Setup small = setup().with(Knob.POOL_SIZE, 1).with(Knob.QUERY_WAIT, SHORT);
    try (TestProxy full = TestProxy.start(small.with(Knob.EVENT_LOOPS, 3))) {
      Endpoint repl = full.endpoint().as("repl", "repl");
      try (RawClient ordinary = RawClient.login(repl).patience(SOON)) {
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
    try (TestProxy full = TestProxy.start(setup().with(Knob.POOL_SIZE, 1))) {
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
      try (RawClient ordinary = RawClient.login(repl).patience(SOON)) {
        assertThat(ordinary.query("SELECT 1").value()).isEqualTo("1");
      }
    }
  }

  @Test
  void stream_silentForLong_noTimeoutEndsIt() throws Exception {
    Setup impatient =
        setup()
            .with(Knob.CLIENT_IDLE, SHORT)
            .with(Knob.QUERY, SHORT)
            .with(Knob.TRANSACTION, SHORT)
            .with(Knob.IDLE_IN_TRANSACTION, SHORT);
    try (TestProxy strict = TestProxy.start(impatient);
        ReplicationClient client =
            ReplicationClient.logical(strict.endpoint().as("repl", "repl"))) {
      client.command("CREATE_REPLICATION_SLOT %s LOGICAL test_decoding".formatted(slot));
      client.raw().poll(Duration.ofSeconds(1));
      client.start(startDecoding());
      client.raw().poll(Duration.ofSeconds(1));
      tell("after a while");
      client.receiveUntil("after a while");
    }
  }

  @Test
  void baseBackup_clientDoesNotRead_serverWaitsAndMemoryIsBounded() throws IOException {
    postgres.run(
        "DROP TABLE IF EXISTS large",
        "CREATE TABLE large AS SELECT i, repeat(md5(i::text), 30) AS pad"
            + " FROM generate_series(1, 60000) i");
    String start = "BASE_BACKUP LABEL 'x' FAST NOWAIT";
    if (postgres.server().version() >= 15) {
      start = "BASE_BACKUP ( LABEL 'x', CHECKPOINT 'fast', WAIT false )";
    }
    try (ReplicationClient client = physical()) {
      client.raw().send(query(start));
      Await.until(
          SOON,
          "the server waits for the client",
          () ->
              value(
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
      postgres.run("DROP TABLE large");
    }
  }

  @Test
  void baseBackup_clientVanishes_serverEndsIt() throws IOException {
    ReplicationClient client = physical();
    client.raw().send(query("BASE_BACKUP"));
    client.raw().receive();
    client.raw().vanish();
    isFree();
  }
}
