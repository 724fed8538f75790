package io.trunkline.proxy.console;

import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.MovingScene.WRITES;
import static io.trunkline.proxy.rig.Frontend.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.health.Switchover;
import io.trunkline.proxy.MovingScene;
import io.trunkline.proxy.PersistentWriter;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Message;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// DRAIN and SWITCHOVER, on real servers; who decides about the leader is played by the test.
class LeadershipIT {
  private static final Duration AWHILE = Duration.ofMillis(200);

  private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
  private MovingScene scene;

  @BeforeEach
  void start() throws IOException, SQLException {
    scene = new MovingScene(2);
  }

  @AfterEach
  void stop() throws IOException {
    control.shutdownNow();
    scene.close();
  }

  private SwitchoverRun run(Switchover switchover, Duration patience) {
    var wiring = scene.proxy.wiring();
    var drain =
        new LeaderDrain("main", wiring.topologies("main"), new Loops(wiring.contexts()), control);
    return new SwitchoverRun(drain, switchover, patience, control);
  }

  /// Does what Patroni would do.
  private CompletionStage<Void> switchOver(String candidate) {
    return CompletableFuture.runAsync(() -> {
      try {
        scene.servers.switchOver(candidate);
      } catch (IOException | SQLException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  @Test
  void switchover_amidWriters_noneOfThemNotices() throws Exception {
    scene.primary().execute("CREATE TABLE w (id int)");
    PersistentWriter.Told told = new PersistentWriter.Told();
    AtomicBoolean enough = new AtomicBoolean();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      writers.add(Thread.ofVirtual().start(new PersistentWriter(scene, enough, told)));
    }
    try {
      for (int i = 0; i < 2; i++) {
        awaitMore(told);
        String next = scene.standby();
        String leader =
            run((_, to) -> switchOver(to), SOON)
                .run("", new CompletableFuture<>())
                .toCompletableFuture()
                .join();
        assertThat(leader).isEqualTo(next);
        scene.await(
            "the old leader is back",
            topology -> topology.members().stream().allMatch(member -> member.alive()));
      }
      awaitMore(told);
    } finally {
      enough.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
    }
    assertThat(told.errors).as("errors").isEmpty();
    try (RawClient admin = RawClient.login(scene.console())) {
      Answer failovers = admin.query("SHOW FAILOVERS");
      assertThat(failovers.rows()).as("%s", failovers).hasSize(2);
      List<String> last = failovers.rows().getFirst();
      assertThat(last.subList(3, 6)).containsExactly("switchover", "pg2", "pg1");
      assertThat(last.subList(7, 13)).as("every moment has come").doesNotContainNull();
      assertThat(Long.parseLong(last.get(13))).as("clients held").isPositive();
      assertThat(last.getLast()).as("errors").isEmpty();
    }
    assertThat(scene.primary().query("SELECT count(*) FROM w"))
        .isEqualTo(Integer.toString(told.done.size()));
  }

  private static void awaitMore(PersistentWriter.Told told) {
    int before = told.done.size();
    Await.until(SOON, "more is written", () -> told.done.size() > before + 100);
  }

  @Test
  void switchover_transactionDoesNotEnd_isRolledBack() throws Exception {
    try (RawClient stubborn = scene.login(WRITES);
        RawClient other = scene.login(WRITES)) {
      stubborn.query("BEGIN");
      stubborn.query("INSERT INTO t VALUES (1)");
      CompletableFuture<String> run =
          run((_, to) -> switchOver(to), Duration.ofSeconds(1))
              .run(scene.standby(), new CompletableFuture<>())
              .toCompletableFuture();
      other.send(query("INSERT INTO t VALUES (2)"));
      assertThatThrownBy(run::join).hasMessageContaining("the switchover was abandoned");
      assertThat(new Answer(other.receiveUntilReady()).sqlState()).isEqualTo("00000");
      assertThat(stubborn.query("COMMIT").sqlState()).isEqualTo("00000");
    }
    assertThat(scene.servers.primaryName()).isEqualTo("pg1");
  }

  @Test
  void switchover_refused_everythingGoesOn() throws Exception {
    assertThatThrownBy(() ->
            run(Switchover.impossible("for a test"), SOON)
                .run("", new CompletableFuture<>())
                .toCompletableFuture()
                .join())
        .hasMessageContaining("for a test");
    assertThat(scene.topology().drain()).isEmpty();
  }

  @Test
  void switchover_onTheConsole_staticMembers_saysWhyNot() throws Exception {
    try (RawClient admin = RawClient.login(scene.console())) {
      assertThat(message(admin, "SWITCHOVER TO pg2")).contains("nobody decides who leads");
      assertThat(message(admin, "SWITCHOVER TO pg1")).contains("it leads already");
      assertThat(message(admin, "SWITCHOVER TO nobody")).contains("no such member");
      assertThat(message(admin, "SWITCHOVER pg2 now")).contains("invalid command");
    }
    assertThat(scene.topology().drain()).isEmpty();
  }

  private static String message(RawClient admin, String command) throws IOException {
    Message error = admin.query(command).error().orElseThrow();
    return error.toString();
  }

  @Test
  void drain_waitsForTheTransaction_andLastsUntilItIsTakenBack() throws Exception {
    try (RawClient admin = RawClient.login(scene.console());
        RawClient other = RawClient.login(scene.console());
        RawClient running = scene.login(WRITES);
        RawClient waiting = scene.login(WRITES)) {
      running.query("BEGIN");
      admin.send(query("DRAIN pg1"));
      assertThat(admin.poll(AWHILE)).as("a transaction runs").isEmpty();
      waiting.send(query("INSERT INTO t VALUES (1)"));
      running.query("COMMIT");
      assertThat(new Answer(admin.receiveUntilReady()).commandTags()).containsExactly("DRAIN");
      Await.until(SOON, "nothing is open", () -> MovingScene.sessions(scene.primary()) == 0);
      assertThat(waiting.poll(AWHILE)).as("it is drained").isEmpty();
      assertThat(other.query("UNDRAIN").commandTags()).containsExactly("UNDRAIN");
      assertThat(new Answer(waiting.receiveUntilReady()).sqlState()).isEqualTo("00000");
      assertThat(admin.query("DRAIN pg2").commandTags()).containsExactly("DRAIN");
      assertThat(waiting.query("SELECT 1").value()).isEqualTo("1");
    }
  }
}
