package io.trunkline.bench.demo;

import io.trunkline.embedded.EmbeddedCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does to the cluster what the viewer asks for, one thing after the other, on a thread of its own;
/// after it has killed a primary it promotes a standby, as Patroni would.
final class Supervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  /// About what a supervisor needs to be sure that a primary has gone.
  private static final long NOTICE_MILLIS = 1_000;

  private final EmbeddedCluster cluster;
  private final Story story;
  private final Runnable before;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("supervisor").factory());

  /// @param before called before anything is done to the cluster
  Supervisor(EmbeddedCluster cluster, Story story, Runnable before) {
    this.cluster = cluster;
    this.story = story;
    this.before = before;
  }

  private interface Deed {
    void run() throws IOException, SQLException, InterruptedException;
  }

  void killPrimary() {
    later(() -> {
      String victim = cluster.primaryName();
      if (cluster.standbyNames().isEmpty()) {
        story.add("there is no standby left to take over from %s: rejoin one".formatted(victim));
        return;
      }
      before.run();
      cluster.kill(victim);
      story.add("killed %s, the primary, with kill -9".formatted(victim));
      TimeUnit.MILLISECONDS.sleep(NOTICE_MILLIS);
      story.add("promoted %s, the standby that had most".formatted(cluster.failOver()));
    });
  }

  void switchOver() {
    later(() -> {
      List<String> standbys = cluster.standbyNames();
      if (standbys.isEmpty()) {
        story.add("there is no standby to switch over to: rejoin one");
        return;
      }
      before.run();
      String from = cluster.primaryName();
      String to = standbys.getFirst();
      story.add("switching over from %s to %s".formatted(from, to));
      cluster.switchOver(to);
      story.add("%s is the primary, %s a standby".formatted(to, from));
    });
  }

  void rejoin() {
    later(() -> {
      List<String> down =
          cluster.names().stream().filter(name -> !cluster.member(name).isRunning()).toList();
      if (down.isEmpty()) {
        story.add("all members run: nobody to rejoin");
        return;
      }
      before.run();
      for (String name : down) {
        cluster.rejoin(name);
        story.add("%s is back, as a standby of %s".formatted(name, cluster.primaryName()));
      }
    });
  }

  private void later(Deed deed) {
    thread.execute(() -> {
      try {
        deed.run();
      } catch (IOException | SQLException | RuntimeException e) {
        log.error("the demo could not do what was asked", e);
        story.add("that did not work: " + e.getMessage());
      } catch (InterruptedException expected) { // the demo ends
        Thread.currentThread().interrupt();
      }
    });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
