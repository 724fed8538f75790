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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// DRAIN and SWITCHOVER, on real servers; who decides about the leader is played by the test.
class LeadershipIT {
  private static final Duration AWHILE = Duration.ofMillis(200);

  private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
  private final List<String> found = new CopyOnWriteArrayList<>();
  private List<String> synchronous = List.of();
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
        new LeaderDrain(
            "main",
            wiring.topologies("main"),
            () -> synchronous,
            new Loops(wiring.contexts()),
            control);
    return new SwitchoverRun(drain, switchover, patience, control, found::add);
  }

  /// One who can be asked, and does this with a candidate.
  private static Switchover by(Function<String, CompletionStage<Void>> asked) {
    return (_, to) -> CompletableFuture.completedFuture(() -> asked.apply(to));
  }

  private static CompletionStage<Void> refusal() {
    return CompletableFuture.failedFuture(new Switchover.Refused("for a test"));
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
            run(by(this::switchOver), SOON)
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
      assertThat(last.get(7)).as("drained").isNotNull();
      // the next leader may be seen before the last one is missed: then nobody was leaderless
      assertThat(last.subList(9, 13)).as("every later moment has come").doesNotContainNull();
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
          run(by(this::switchOver), Duration.ofSeconds(1))
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
  void switchover_transactionLastsLongerThanItMay_isRefusedBeforeAnybodyWaits() throws Exception {
    try (RawClient old = scene.login(WRITES);
        RawClient admin = RawClient.login(scene.console())) {
      old.query("BEGIN");
      SwitchoverRun run = run(by(this::switchOver), Duration.ofMillis(300));
      Await.until(SOON, "it has lasted", () -> longestMicros(admin) > 300_000);
      assertThatThrownBy(() -> run.run("", new CompletableFuture<>()).toCompletableFuture().join())
          .hasMessageContaining("has been in a transaction for")
          .hasMessageContaining("KILL_CLIENT");
      assertThat(scene.topology().drain()).isEmpty();
      assertThat(old.query("COMMIT").sqlState()).isEqualTo("00000");
    }
    assertThat(found).isEmpty();
  }

  private static long longestMicros(RawClient admin) throws IOException {
    return Long.parseLong(admin.query("SHOW SWITCHOVER").rows().getFirst().get(6));
  }

  @Test
  void readiness_ofClientsThatKeepTheirServer_isToldAndShown() throws Exception {
    try (RawClient admin = RawClient.login(scene.console());
        RawClient pinned = scene.login(WRITES);
        RawClient session = scene.login(MovingScene.SESSIONS);
        RawClient untouched = scene.login(MovingScene.SESSIONS);
        RawClient working = scene.login(WRITES)) {
      pinned.query("LISTEN something");
      session.query("CREATE TEMP TABLE mine (id int)");
      working.query("BEGIN");
      List<List<String>> rows = admin.query("SHOW SWITCHOVER").rows();
      assertThat(rows).hasSize(2);
      assertThat(rows.getFirst().subList(0, 4)).containsExactly("main", "pg1", "pg1", "0");
      assertThat(rows.getFirst().getLast()).isEqualTo("it leads already");
      List<String> standby = rows.getLast();
      assertThat(standby.subList(0, 4)).containsExactly("main", "pg2", "pg1", "1");
      assertThat(standby.subList(5, 6)).containsExactly("1");
      assertThat(standby.subList(7, 11)).containsExactly("1", "1", "0", "");
      assertThat(untouched.query("SELECT 1").value()).isEqualTo("1");
      working.query("COMMIT");

      assertThatThrownBy(() ->
              run(by(_ -> refusal()), SOON)
                  .run("", new CompletableFuture<>())
                  .toCompletableFuture()
                  .join())
          .hasMessageContaining("for a test");
      assertThat(found.getFirst())
          .startsWith("pg2 is ")
          .contains("bytes behind pg1; no transaction runs there; 1 pinned clients will end");
    }
  }

  @Test
  void switchover_synchronousMode_onlyToASynchronousStandby() {
    synchronous = List.of("another");
    SwitchoverRun run = run(by(this::switchOver), SOON);
    assertThatThrownBy(() -> run.run("pg2", new CompletableFuture<>()))
        .hasMessageContaining("it is no synchronous standby");
    assertThatThrownBy(() -> run.run("", new CompletableFuture<>()))
        .hasMessageContaining("no member is ready to lead");
  }

  @Test
  void switchover_whoDecidesNeverAnswers_isRolledBackAtTheDeadline() throws Exception {
    CompletableFuture<Void> silence = new CompletableFuture<>();
    assertThatThrownBy(() ->
            run(by(_ -> silence), Duration.ofMillis(500))
                .run("", new CompletableFuture<>())
                .toCompletableFuture()
                .join())
        .hasMessageContaining("was abandoned, and pg1 goes on")
        .hasMessageContaining("may come yet");
    assertThat(scene.topology().drain()).isEmpty();
    try (RawClient client = scene.login(WRITES)) {
      assertThat(client.query("INSERT INTO t VALUES (7)").sqlState()).isEqualTo("00000");
    }
  }

  @Test
  void switchover_refused_everythingGoesOn() throws Exception {
    assertThatThrownBy(() ->
            run(by(_ -> refusal()), SOON)
                .run("", new CompletableFuture<>())
                .toCompletableFuture()
                .join())
        .hasMessageContaining("for a test");
    assertThat(scene.topology().drain()).isEmpty();
  }

  @Test
  void switchover_nobodyCanBeAsked_nobodyWaits() throws Exception {
    try (RawClient working = scene.login(WRITES)) {
      working.query("BEGIN");
      assertThatThrownBy(() ->
              run(Switchover.impossible("for a test"), SOON)
                  .run("", new CompletableFuture<>())
                  .toCompletableFuture()
                  .join())
          .as("before the transaction has ended")
          .hasMessageContaining("for a test");
      assertThat(found).isEmpty();
      working.query("COMMIT");
    }
  }

  @Test
  void switchover_anotherLeadsBeforeItBegins_isRefused() throws Exception {
    Switchover slow =
        (_, to) ->
            switchOver(to)
                .thenApply(_ -> {
                  scene.awaitLeader(to);
                  return LeadershipIT::refusal;
                });
    assertThatThrownBy(
            () -> run(slow, SOON).run("", new CompletableFuture<>()).toCompletableFuture().join())
        .hasMessageContaining("pg1 leads no longer");
    assertThat(found).isEmpty();
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
    }
  }

  /// Each loop began with its own clients, and the last of one came after all of the other.
  @Test
  void undrain_heldClientsOfTwoLoops_areServedInTheOrderTheyCame() throws Exception {
    scene.primary().execute("CREATE TABLE q (place serial, client int)");
    List<RawClient> clients = new ArrayList<>();
    try (RawClient admin = RawClient.login(scene.console())) {
      for (int i = 0; i < 12; i++) {
        clients.add(scene.login(MovingScene.NARROW));
      }
      assertThat(scene.proxy.wiring().contexts())
          .hasSize(2)
          .allMatch(context -> context.sessionCount() > 0);
      admin.query("DRAIN pg1");
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).send(query("INSERT INTO q (client) VALUES (%d)".formatted(i)));
        int held = i + 1;
        Await.until(SOON, "it waits", () -> admin.query("SHOW WAITING").rows().size() == held);
      }
      admin.query("UNDRAIN");
      for (RawClient client : clients) {
        Answer answer = new Answer(client.receiveUntilReady());
        assertThat(answer.sqlState()).as("%s", answer).isEqualTo("00000");
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    String all =
        scene.primary().query("SELECT string_agg(client::text, ' ' ORDER BY place) FROM q");
    List<Integer> served = Arrays.stream(all.split(" ", -1)).map(Integer::valueOf).toList();
    assertThat(served).hasSize(clients.size());
    // The first may be of the loop that looked first; from then on both know of each other.
    assertThat(served.subList(1, served.size())).as("%s", served).isSorted();
  }
}
