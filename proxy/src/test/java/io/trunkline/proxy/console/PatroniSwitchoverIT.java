package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.PatroniCluster;
import io.trunkline.proxy.PatroniScene;
import io.trunkline.proxy.PersistentWriter;
import io.trunkline.proxy.Writers;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SWITCHOVER with a real Patroni, which decides.
class PatroniSwitchoverIT {
  @TempDir private Path directory;

  @BeforeAll
  static void needTools() {
    PatroniScene.requireTools();
  }

  @Test
  void switchover_amidWriters_isChecked_rolledBack_refused_andDone() throws Exception {
    try (PatroniCluster cluster = PatroniCluster.start(directory, 2);
        PatroniScene scene = new PatroniScene(cluster, "10s");
        RawClient admin = awaited(scene).console()) {
      try (RawClient writer = scene.login()) {
        writer.query("CREATE TABLE w (id int PRIMARY KEY)");
      }
      PersistentWriter.Told told;
      try (Writers writers = Writers.start(Collections.nCopies(4, scene::login))) {
        told = writers.told;
        writers.awaitMore();
        rolledBack(scene, admin);
        writers.awaitMore();
        refused(scene, admin);
        writers.awaitMore();
        done(scene, admin);
        writers.awaitMore();
      }
      assertThat(told.errors).as("%s", told).isEmpty();
      assertThat(count(cluster, "node2")).isEqualTo(told.done.size());
    }
  }

  private static PatroniScene awaited(PatroniScene scene) {
    scene.await("node1", 2);
    return scene;
  }

  /// A transaction that does not end in time: Patroni is never asked.
  private static void rolledBack(PatroniScene scene, RawClient admin) throws IOException {
    try (RawClient stubborn = scene.login()) {
      stubborn.query("BEGIN");
      Answer answer = admin.query("SWITCHOVER TO node2");
      assertThat(answer.error().orElseThrow().toString())
          .contains("the switchover was abandoned, and node1 goes on: not done within 5000 ms");
      assertThat(stubborn.query("COMMIT").sqlState()).isEqualTo("00000");
    }
    assertThat(scene.topology().drain()).isEmpty();
    assertThat(scene.topology().leader().name()).isEqualTo("node1");
  }

  /// One that has lasted too long already: nobody waits.
  private static void refused(PatroniScene scene, RawClient admin) throws IOException {
    try (RawClient stubborn = scene.login()) {
      stubborn.query("BEGIN");
      Await.until(
          PatroniScene.SOON,
          "it has lasted",
          () -> Long.parseLong(admin.query("SHOW SWITCHOVER").rows().getLast().get(6)) > 5_000_000);
      assertThat(admin.query("SHOW SWITCHOVER").rows().getLast().getLast())
          .contains("has been in a transaction for");
      assertThat(admin.query("SWITCHOVER").error().orElseThrow().toString())
          .contains("a switchover may take 5000 ms: end it by KILL_CLIENT");
      assertThat(stubborn.query("COMMIT").sqlState()).isEqualTo("00000");
    }
  }

  private static void done(PatroniScene scene, RawClient admin) throws IOException {
    List<String> ready = admin.query("SHOW SWITCHOVER").rows().getLast();
    assertThat(ready.subList(0, 4)).containsExactly("main", "node2", "node1", "1");
    Answer answer = admin.query("SWITCHOVER");
    assertThat(answer.commandTags()).as("%s", answer).containsExactly("SWITCHOVER");
    List<String> notices =
        answer.messages().stream()
            .filter(message -> message.tag() == 'N')
            .map(message -> message.fields().get('M'))
            .toList();
    assertThat(notices).hasSize(2);
    assertThat(notices.getFirst()).startsWith("node2 is ").contains(" bytes behind node1; ");
    assertThat(notices.getLast()).isEqualTo("node2 leads now");
    assertThat(scene.topology().leader().name()).isEqualTo("node2");
  }

  private static int count(PatroniCluster cluster, String member) throws SQLException {
    try (Connection connection = cluster.connect(member);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM w")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
