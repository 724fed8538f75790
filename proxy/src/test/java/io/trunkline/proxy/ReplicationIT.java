package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.LoginRefused;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.ReplicationClient;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The streaming replication protocol, spoken message by message through a listener whose pool mode
/// is transaction. PostgreSQL docs, "Streaming Replication Protocol".
@ParameterizedClass
@ValueSource(ints = {13, 18})
class ReplicationIT {
  private final int version;
  private ReplicationScene scene;

  ReplicationIT(int version) {
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

  // ---- commands

  @Test
  void identifySystem_physical_isTheServersAnswer() throws IOException {
    try (ReplicationClient client = scene.physical()) {
      Map<String, String> system = client.row("IDENTIFY_SYSTEM");
      assertThat(system.get("systemid"))
          .isEqualTo(scene.value("SELECT system_identifier FROM pg_control_system()"));
      assertThat(system.get("dbname")).isNull();
      assertThat(client.row("SHOW server_version").get("server_version"))
          .isEqualTo(client.raw().parameter("server_version"));
    }
  }

  @Test
  void identifySystem_logical_isInTheDatabase() throws IOException {
    try (ReplicationClient client = scene.logical()) {
      assertThat(client.row("IDENTIFY_SYSTEM").get("dbname")).isEqualTo("app");
      assertThat(client.row("SELECT current_database() AS it").get("it")).isEqualTo("app");
    }
  }

  @Test
  void login_physicalWithoutDatabase_isLetIn() throws IOException {
    try (RawClient client = RawClient.open(scene.repl())) {
      client.send(Frontend.startup(Frontend.V3_0, Map.of("user", "repl", "replication", "yes")));
      client.receiveUntilReady();
      assertThat(client.query("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void login_physicalIntoNoDatabase_isLetIn() throws IOException {
    try (ReplicationClient client =
        ReplicationClient.physical(scene.repl().inDatabase("replication"))) {
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
    try (ReplicationClient client = ReplicationClient.login(scene.repl(), wishes)) {
      assertThat(client.row("SHOW application_name").get("application_name"))
          .isEqualTo("my standby");
      assertThat(client.row("SHOW work_mem").get("work_mem")).isEqualTo("7MB");
    }
  }

  @Test
  void login_replicationFalse_isOrdinary() throws IOException {
    try (RawClient client =
        RawClient.login(scene.app(), Frontend.V3_0, Map.of("replication", "false"))) {
      assertThat(client.query("SELECT 1").value()).isEqualTo("1");
      assertThat(client.query("IDENTIFY_SYSTEM").sqlState()).isEqualTo("42601");
    }
  }

  @Test
  void login_replicationOfNothingKnown_isRefusedAsByPostgres() {
    assertThatThrownBy(() -> ReplicationClient.login(scene.app(), Map.of("replication", "perhaps")))
        .isInstanceOf(LoginRefused.class)
        .hasMessageContaining("22023")
        .hasMessageContaining("perhaps");
  }

  @Test
  void login_userMayNotReplicate_isToldWhatTheServerSays() {
    assertThatThrownBy(() -> ReplicationClient.physical(scene.app()))
        .isInstanceOf(LoginRefused.class)
        .hasMessageContaining("42501");
  }

  @Test
  void extendedProtocol_refusedByTheServer_connectionGoesOn() throws IOException {
    try (ReplicationClient client = scene.logical()) {
      Answer refusal = client.raw().ask(Frontend.parse("", "SELECT 1"), Frontend.sync());
      assertThat(refusal.sqlState()).isEqualTo("08P01");
      assertThat(refusal.tags()).isEqualTo("EZ");
      assertThat(client.row("SELECT 1 AS one").get("one")).isEqualTo("1");
    }
  }

  @Test
  void sql_amongCommands_keepsItsTransaction() throws IOException {
    try (ReplicationClient client = scene.logical()) {
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
    try (ReplicationClient client = scene.physical()) {
      client.command("CREATE_REPLICATION_SLOT %s PHYSICAL RESERVE_WAL".formatted(scene.slot));
      String from = client.row("IDENTIFY_SYSTEM").get("xlogpos");
      client.start("START_REPLICATION SLOT %s PHYSICAL %s".formatted(scene.slot, from));
      scene.tell("physical");
      client.receiveUntil("physical");
      Answer end = client.end();
      assertThat(end.tags()).matches("d*cd*CC?Z");
      assertThat(client.command("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
      assertThat(client.command("DROP_REPLICATION_SLOT " + scene.slot).sqlState())
          .isEqualTo("00000");
    }
  }

  @Test
  void logicalStream_testDecoding_tellsChangesAndEnds() throws IOException {
    try (ReplicationClient client = scene.decoding()) {
      scene.tell("first");
      assertThat(client.receiveUntil("first")).contains("INSERT: word[text]:'first'");
      client.receiveUntil("COMMIT");
      client.acknowledge();
      scene.tell("second");
      client.receiveUntil("second");
      assertThat(client.end().tags()).matches("d*cd*CC?Z"); // a late keepalive may follow CopyDone
    }
    try (ReplicationClient next = scene.logical()) { // a walsender does not stream twice
      next.start(scene.startDecoding());
      assertThat(next.receiveUntil("INSERT")).contains("second");
      scene.tell("third");
      next.receiveUntil("third");
    }
  }

  @Test
  void logicalStream_pgoutput_tellsChanges() throws IOException {
    scene.postgres.run("CREATE PUBLICATION news FOR TABLE told");
    try (ReplicationClient client = scene.logical()) {
      client.command("CREATE_REPLICATION_SLOT %s LOGICAL pgoutput".formatted(scene.slot));
      client.start(
          ("START_REPLICATION SLOT \"%s\" LOGICAL 0/0"
                  + " (proto_version '1', publication_names '\"news\"')")
              .formatted(scene.slot));
      scene.tell("published");
      assertThat(client.receiveUntil("published")).startsWith("I");
      assertThat(client.end().sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void stream_manyStatusUpdatesAtOnce_allTaken() throws IOException {
    try (ReplicationClient client = scene.decoding()) {
      byte[] update = ReplicationClient.statusUpdate(1);
      byte[][] many = new byte[20_000][];
      Arrays.fill(many, update);
      client.raw().send(many);
      scene.tell("still here");
      client.receiveUntil("still here");
      assertThat(client.end().sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void start_slotUnknown_errorAndCommandsGoOn() throws IOException {
    try (ReplicationClient client = scene.logical()) {
      assertThat(client.command(scene.startDecoding()).sqlState()).isEqualTo("42704");
      assertThat(client.command("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void stream_errorInTheMiddle_lateCopyDataIgnoredAndCommandsGoOn() throws IOException {
    try (ReplicationClient client = scene.logical()) {
      client.command(scene.createSlot());
      client.raw().send(query(scene.startDecoding()));
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
    try (ReplicationClient client = scene.logical()) {
      client.raw().send(query("SELECT pg_sleep(60)"));
      scene.sleeps();
      client.raw().cancel();
      assertThat(new Answer(client.raw().receiveUntilReady()).sqlState()).isEqualTo("57014");
      assertThat(client.command("IDENTIFY_SYSTEM").sqlState()).isEqualTo("00000");
    }
  }
}
