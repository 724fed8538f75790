package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.Depth;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.proxy.rig.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writers that never stop while primaries are stopped, restarted and killed: nothing is inserted
/// twice, nothing is missing that was acknowledged, and nothing is there of what the writer was
/// told that it was rolled back. Commits wait for a standby, so that a killed primary takes nothing
/// with it.
class ExactlyOnceIT {
  private static final Logger log = LoggerFactory.getLogger(ExactlyOnceIT.class);
  private static final int WRITERS = 8;
  private static final int ROUNDS = Depth.of(2, 20);

  private final PersistentWriter.Told told = new PersistentWriter.Told();
  private final AtomicBoolean enough = new AtomicBoolean();

  @Test
  void writes_whilePrimariesComeAndGo_areDoneOnceAndAsTold() throws Exception {
    try (MovingScene scene = new MovingScene(3)) {
      scene.primary().execute("CREATE TABLE w (id int)"); // no key: a second row would be welcome
      scene.servers.awaitCaughtUp();
      for (String name : scene.servers.names()) {
        EmbeddedServer server = scene.servers.member(name);
        server.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
        server.execute("SELECT pg_reload_conf()");
      }
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(Thread.ofVirtual().start(new PersistentWriter(scene, enough, told)));
      }
      try {
        for (int round = 0; round < ROUNDS; round++) {
          disturb(scene);
        }
      } finally {
        enough.set(true);
        for (Thread writer : writers) {
          writer.join();
        }
      }
      log.info("told {}", told);
      check(scene.primary());
    }
  }

  private void disturb(MovingScene scene) throws Exception {
    awaitMore();
    scene.servers.switchOver(scene.standby());
    awaitMore();
    scene.primary().restart();
    awaitMore();
    String victim = scene.servers.primaryName();
    scene.servers.kill(victim);
    scene.servers.failOver();
    scene.servers.rejoin(victim);
    awaitMore();
    String crashed = scene.servers.primaryName();
    scene.servers.member(crashed).stopImmediately();
    scene.servers.failOver();
    scene.servers.rejoin(crashed);
    awaitMore();
  }

  /// Lets the writers do something.
  private void awaitMore() {
    int before = told.done.size();
    Await.until(MovingScene.SOON, "more is written", () -> told.done.size() > before + 100);
  }

  private void check(EmbeddedServer primary) throws SQLException {
    List<Integer> found = new ArrayList<>();
    try (Connection connection = primary.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM w")) {
      while (rows.next()) {
        found.add(rows.getInt(1));
      }
    }
    assertThat(found).as("executed twice").doesNotHaveDuplicates();
    Set<Integer> there = new TreeSet<>(found);
    Set<Integer> missing = new TreeSet<>(told.done);
    missing.removeAll(there);
    assertThat(missing).as("acknowledged and lost; %s", told).isEmpty();
    Set<Integer> risen = new TreeSet<>(told.undone);
    risen.retainAll(there);
    assertThat(risen).as("said to be rolled back, and there; %s", told).isEmpty();
  }
}
