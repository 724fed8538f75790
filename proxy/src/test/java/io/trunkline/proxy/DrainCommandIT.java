package io.trunkline.proxy;

import static io.trunkline.proxy.MovingScene.SOON;
import static io.trunkline.proxy.MovingScene.WRITES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `trunkline drain --wait` against a running proxy.
class DrainCommandIT {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory;

  private int drain(String... arguments) {
    return new DrainCommand(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
        .execute(List.of(arguments));
  }

  @Test
  void drain_transactionRuns_returnsWhenItHasEnded() throws Exception {
    try (MovingScene scene = new MovingScene(1);
        RawClient running = scene.login(WRITES)) {
      running.query("BEGIN");
      int port = Configured.port(scene.proxy, WRITES);
      CompletableFuture<Integer> status =
          CompletableFuture.supplyAsync(() ->
              drain(
                  "--wait",
                  "--member",
                  "pg1",
                  "postgresql://admin:admin@127.0.0.1:%d/trunkline".formatted(port)));
      scene.await("it drains", topology -> !topology.drain().isEmpty());
      assertThat(status).isNotDone();
      running.query("COMMIT");
      assertThat(status.get(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)).isZero();
      assertThat(out.toString(UTF_8)).contains("no transaction runs at pg1");
      Await.until(SOON, "nothing is open", () -> MovingScene.sessions(scene.primary()) == 0);

      Path file = directory.resolve("trunkline.yml");
      Files.writeString(
          file,
          """
          listeners: [{ port: %d, address: 127.0.0.1 }]
          clusters: { main: { members: [127.0.0.1], probe: { user: u } } }
          users: { u: { password: p } }
          admin: { users: { admin: { password: admin, role: admin } } }
          """
              .formatted(port));
      assertThat(drain("--wait", "--member", "pg1", file.toString())).as("%s", err).isZero();
    }
  }

  @Test
  void drain_nobodyIsThere_saysSoWithoutThePassword() {
    assertThat(drain("--wait", "--member", "pg1", "postgresql://a:secret@127.0.0.1:1/trunkline"))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("127.0.0.1:1").doesNotContain("secret");
  }

  /// It took the timeout for each of them, one after the other.
  @Test
  void drain_oneRefusesOneIsSilentOneAnswers_isBoundedAndDrainsThatOne() throws Exception {
    try (MovingScene scene = new MovingScene(1);
        ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      int port = Configured.port(scene.proxy, WRITES);
      String[] arguments =
          Stream.concat(
                  Stream.of("--wait", "--member", "pg1", "--timeout", "2"),
                  Stream.of(1, silent.getLocalPort(), port)
                      .map("postgresql://admin:admin@127.0.0.1:%d/trunkline"::formatted))
              .toArray(String[]::new);
      assertThat(drain(arguments)).isEqualTo(1);
      assertThat(out.toString(UTF_8)).contains(port + ": no transaction runs at pg1");
      assertThat(err.toString(UTF_8)).contains("127.0.0.1:1/", ":" + silent.getLocalPort());
      assertThat(scene.topology().drain()).isEqualTo("pg1 is being drained");
    }
  }

  @Test
  void drain_wrongUsage_saysWhatIsMissing() {
    assertThat(drain("--member", "pg1", "x.yml")).isEqualTo(2);
    assertThat(drain("--wait", "x.yml")).isEqualTo(2);
    assertThat(drain("--wait", "--member", "pg1")).isEqualTo(2);
    assertThat(drain("--wait", "--member", "pg1", "--timeout", "soon", "x.yml")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("--wait", "--member", "FILE", "--timeout");
  }
}
