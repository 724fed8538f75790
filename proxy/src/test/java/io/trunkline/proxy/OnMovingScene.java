package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.SOON;

import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.proxy.rig.Await;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Tests of which each has a primary, a standby and a proxy of its own, to be stopped and killed.
public class OnMovingScene {
  static final String SLOW_INSERT = "INSERT INTO t SELECT %d FROM pg_sleep(1)";

  protected MovingScene scene;

  @BeforeEach
  void start() throws IOException, SQLException {
    scene = new MovingScene(2);
  }

  @AfterEach
  void stop() throws IOException {
    scene.close();
  }

  /// Waits until as many statements run at the primary.
  void awaitRunning(int count) {
    Await.until(SOON, count + " statements run", () -> running(scene.primary()) == count);
  }

  static int running(EmbeddedServer server) {
    try {
      return Integer.parseInt(
          server.query(
              "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                  + " AND state = 'active'"));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /// As an operator does it.
  void terminateRunning() throws SQLException {
    scene
        .primary()
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE wait_event = 'PgSleep'");
  }

  void failOver() throws IOException, SQLException {
    scene.servers.kill(scene.servers.primaryName());
    scene.servers.failOver();
  }

  /// What is in the table.
  String ids() throws SQLException {
    return scene
        .primary()
        .query("SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM t");
  }
}
