package io.trunkline.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trunkline.embedded.PatroniCluster;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A leader whose Patroni is stopped, after `drain --wait` at every instance before it, of which
/// one is down: by hand, and by Patroni's own `before_stop` where it knows that.
class PatroniDrainIT {
  private static final String NODE1 = "node1";

  @TempDir private Path directory;

  @BeforeAll
  static void needTools() {
    PatroniScene.requireTools();
  }

  /// Patroni runs the script as another user, who may not read what is tested: so the script asks
  /// for the drain by a file, and waits for another.
  @Test
  void leaderStops_beforeStopDrains_noWriterNotices() throws Exception {
    String version = version();
    assumeTrue(knowsBeforeStop(version), version + " has no before_stop; 3.0.3 and later have");
    Path wanted = directory.resolve("node1/wanted");
    Path done = directory.resolve("node1/done");
    Path script =
        Files.writeString(
            directory.resolve("before_stop"),
            """
            #!/bin/sh
            touch %s
            until [ -e %s ]; do sleep 0.05; done
            """
                .formatted(wanted, done));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    var options = new PatroniCluster.Options("", "  before_stop: " + script, null);
    try (PatroniCluster cluster = PatroniCluster.start(directory, 2, options);
        PatroniScene scene = new PatroniScene(cluster, "30s")) {
      scene.await(NODE1, 2);
      try (RawClient writer = scene.login()) {
        writer.query("CREATE TABLE w (id int PRIMARY KEY)");
      }
      PersistentWriter.Told told;
      try (Writers writers = Writers.start(Collections.nCopies(4, scene::login))) {
        told = writers.told;
        writers.awaitMore();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(cluster));
        Await.until(PatroniScene.SOON, "Patroni runs its script", () -> Files.exists(wanted));
        assertThat(drain(scene.consoleUrl())).as("another instance is down").isEqualTo(1);
        Files.createFile(done);
        stopped.join();
        writers.awaitMore();
      } finally {
        Files.deleteIfExists(done);
        Files.createFile(done); // node2 stops as well, when all is over
      }
      assertThat(told.errors).as("%s", told).isEmpty();
      assertThat(scene.topology().leader().name()).isEqualTo("node2");
    }
  }

  private static void stop(PatroniCluster cluster) {
    try {
      cluster.stopPatroni(NODE1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As in `patroni 3.0.2`.
  private static String version() throws IOException {
    return new String(
            new ProcessBuilder("patroni", "--version").start().getInputStream().readAllBytes(),
            UTF_8)
        .strip();
  }

  private static boolean knowsBeforeStop(String version) {
    int[] parts =
        Pattern.compile("\\D+")
            .splitAsStream(version.substring(version.indexOf(' ') + 1))
            .mapToInt(Integer::parseInt)
            .toArray();
    return Arrays.compare(parts, new int[] {3, 0, 3}) >= 0;
  }

  @Test
  void leaderStops_afterADrainOfTwoInstances_noWriterNotices() throws Exception {
    try (PatroniCluster cluster = PatroniCluster.start(directory, 2);
        PatroniScene one = new PatroniScene(cluster, "30s");
        PatroniScene other = new PatroniScene(cluster, "30s")) {
      one.await(NODE1, 2);
      other.await(NODE1, 2);
      try (RawClient writer = one.login()) {
        writer.query("CREATE TABLE w (id int PRIMARY KEY)");
      }
      PersistentWriter.Told told;
      try (Writers writers =
              Writers.start(List.of(one::login, other::login, one::login, other::login));
          RawClient slow = other.login()) {
        told = writers.told;
        writers.awaitMore();
        slow.query("BEGIN");
        slow.query("INSERT INTO w VALUES (0)");
        CompletableFuture<Integer> drained =
            CompletableFuture.supplyAsync(() -> drain(one.consoleUrl(), other.consoleUrl()));
        Await.until(
            PatroniScene.SOON,
            "both drain",
            () -> !one.topology().drain().isEmpty() && !other.topology().drain().isEmpty());
        assertThat(drained).as("a transaction runs").isNotDone();
        assertThat(slow.query("COMMIT").sqlState()).isEqualTo("00000");
        told.done.add(0);
        assertThat(drained.join()).as("one was down").isEqualTo(1);
        cluster.stopPatroni(NODE1);
        writers.awaitMore();
        assertThat(slow.query("SELECT count(*) > 0 FROM w").value()).isEqualTo("t");
      }
      assertThat(told.errors).as("%s", told).isEmpty();
      assertThat(one.topology().leader().name()).isEqualTo("node2");
      try (RawClient reader = other.login()) {
        assertThat(reader.query("SELECT count(*) FROM w").value())
            .isEqualTo(Integer.toString(told.done.size()));
      }
    }
  }

  private static int drain(String... urls) {
    var out = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    List<String> arguments = new ArrayList<>(List.of("--wait", "--member", NODE1));
    arguments.add("postgresql://admin:admin@127.0.0.1:1/trunkline");
    arguments.addAll(List.of(urls));
    return new DrainCommand(out, out).execute(arguments);
  }
}
