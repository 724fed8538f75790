package io.trunkline.bench.demo;

import io.trunkline.embedded.EmbeddedCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does to the cluster what the viewer asks for, one thing after the other, on a thread of its own.
/// It is what Patroni would be: after it has killed a primary it promotes a standby, and some time
/// later the killed one comes back as a standby.
final class Supervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  /// About what a supervisor needs to be sure that a primary has gone.
  private static final long NOTICE_MILLIS = 1_000;

  private final EmbeddedCluster cluster;
  private final DemoConsole console;
  private final Duration away;
  private final Story story;
  private final Consumer<String> before;
  private final Queue<String> undone = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("supervisor").factory());

  /// @param away how long a killed member is down
  /// @param before told what it is before anything is done to the cluster
  Supervisor(
      EmbeddedCluster cluster,
      DemoConsole console,
      Duration away,
      Story story,
      Consumer<String> before) {
    this.cluster = cluster;
    this.console = console;
    this.away = away;
    this.story = story;
    this.before = before;
  }

  private interface Deed {
    void run() throws IOException, SQLException, InterruptedException;
  }

  void killPrimary() {
    order("kill the primary", this::killAndPromote);
  }

  void switchOver() {
    order("switch over", this::handOver);
  }

  void rejoin() {
    order("take back who is down", this::takeBackIfAny);
  }

  private void takeBackIfAny() throws IOException, SQLException {
    if (cluster.names().stream().allMatch(name -> cluster.member(name).isRunning())) {
      story.add("all members run: there is nobody to take back");
    }
    takeBack();
  }

  private void killAndPromote() throws IOException, SQLException, InterruptedException {
    String victim = cluster.primaryName();
    if (cluster.standbyNames().isEmpty()) {
      throw new IllegalStateException("no standby is left to take over from " + victim);
    }
    before.accept("kill of " + victim);
    story.add("killing %s, the primary, with kill -9".formatted(victim));
    cluster.kill(victim);
    TimeUnit.MILLISECONDS.sleep(NOTICE_MILLIS);
    story.add("promoted %s, the standby that had most".formatted(cluster.failOver()));
    thread.schedule(this::takeBackUnasked, away.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void handOver() throws IOException, SQLException {
    List<String> standbys = cluster.standbyNames();
    if (standbys.isEmpty()) {
      throw new IllegalStateException("there is no standby to switch over to");
    }
    String from = cluster.primaryName();
    String to = standbys.getFirst();
    before.accept("switchover from %s to %s".formatted(from, to));
    boolean isPaused = pause();
    try {
      story.add("switching over from %s to %s".formatted(from, to));
      cluster.switchOver(to);
    } finally {
      if (isPaused) {
        console.resume();
      }
    }
    story.add("%s is the primary, %s a standby".formatted(to, from));
  }

  private boolean pause() {
    try {
      console.pause();
      story.add("PAUSE on the console: clients wait");
      return true;
    } catch (SQLException e) {
      log.warn("cannot pause", e);
      story.add("no pause, so clients may see errors: " + e.getMessage());
      return false;
    }
  }

  private void takeBack() throws IOException, SQLException {
    for (String name : cluster.names()) {
      if (!cluster.member(name).isRunning()) {
        before.accept("return of " + name);
        cluster.rejoin(name);
        story.add("%s is back, as a standby of %s".formatted(name, cluster.primaryName()));
      }
    }
  }

  private void takeBackUnasked() {
    String what = "take back who was killed";
    if (!perform(what, this::takeBack) && !thread.isShutdown()) {
      undone.add(what);
    }
  }

  private void order(String what, Deed deed) {
    undone.add(what);
    thread.execute(() -> {
      if (perform(what, deed)) {
        undone.remove(what);
      }
    });
  }

  /// Whether it could be done.
  private boolean perform(String what, Deed deed) {
    try {
      deed.run();
      return true;
    } catch (IOException | SQLException | RuntimeException e) {
      if (!thread.isShutdown()) {
        log.error("could not {}", what, e);
        story.add("could not %s: %s".formatted(what, e.getMessage()));
      }
    } catch (InterruptedException expected) { // the demo ends
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /// What was asked for and has failed, or has not come to its end yet.
  List<String> undone() {
    return List.copyOf(undone);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
