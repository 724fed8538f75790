package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.embedded.PatroniCluster;
import io.trunkline.health.Switchover;
import io.trunkline.health.etcd.StoreAddress;
import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.settings.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Patroni whose REST API demands a certificate, and a password of who wants to change
/// something.
class PatroniTlsIT {
  @TempDir private Path directory;

  @BeforeAll
  static void needTools() {
    Tools.require(PatroniCluster.PROGRAMS.toArray(String[]::new));
  }

  @Test
  void restApi_demandsCertificateAndPassword_isAskedWithThem() throws Exception {
    Certificates ours = new Certificates(directory, "ours");
    Certificates others = new Certificates(directory, "others");
    HttpsSettings server = ours.identity("node1");
    HttpsSettings client = ours.identity("trunkline");
    Files.setPosixFilePermissions(
        server.keyFile(), PosixFilePermissions.fromString("rw-r--r--")); // for its own user
    String restapi =
        """
          certfile: %s
          keyfile: %s
          cafile: %s
          verify_client: required
          authentication: { username: admin, password: secret }
        """
            .formatted(server.certFile(), server.keyFile(), ours.roots());
    var options = new PatroniCluster.Options(restapi, "", client.context());
    try (PatroniCluster cluster = PatroniCluster.start(directory, 1, options)) {
      String url = cluster.restUrl("node1");
      isFollowed(settings(url, client, "secret"));
      isNotFollowed(settings(url, ours.trust(), "secret")); // shows no certificate
      isNotFollowed(settings(url, others.identity("stranger"), "secret"));
      isNotFollowed(
          settings(
              url,
              new HttpsSettings(others.roots(), client.certFile(), client.keyFile(), null),
              "secret"));

      assertThatThrownBy(() -> switchover(settings(url, client, "wrong")))
          .hasRootCauseInstanceOf(Switchover.Refused.class)
          .hasMessageContaining("not authenticated");
      assertThatThrownBy(() -> switchover(settings(url, client, "secret")))
          .as("it is heard, and there is nobody else to lead")
          .hasRootCauseInstanceOf(Switchover.Refused.class)
          .hasMessageNotContaining("authenticated")
          .hasMessageContaining("candidate");
    }
  }

  private static RestSettings settings(String url, HttpsSettings tls, String password) {
    return new RestSettings(
        List.of(url),
        "admin",
        Secret.of(password),
        tls,
        Duration.ofMillis(100),
        Duration.ofSeconds(5));
  }

  private static void isFollowed(RestSettings settings) {
    List<Told> told = new CopyOnWriteArrayList<>();
    try (PatroniRest rest = new PatroniRest("main", settings, System::nanoTime, true)) {
      rest.start(told::add);
      Waits.until("it is told", () -> told.stream().anyMatch(Told::isConfirmed));
      assertThat(told.getLast().view().holder()).isEqualTo("node1");
    }
  }

  private static void isNotFollowed(RestSettings settings) {
    List<Told> told = new CopyOnWriteArrayList<>();
    try (PatroniRest rest = new PatroniRest("main", settings, System::nanoTime, true)) {
      rest.start(told::add);
      Waits.until("some rounds are over", () -> told.size() > 2);
      assertThat(told).noneMatch(Told::isConfirmed);
      assertThat(told.getLast().doubt()).isEqualTo("no member's REST API answers");
    }
  }

  private static void switchover(RestSettings settings) {
    StoreAddress node = settings.addresses().getFirst();
    new PatroniSwitchover(settings, () -> Map.of("node1", node))
        .prepare("node1", "node2")
        .thenCompose(wish -> wish.send().whenComplete((_, _) -> wish.close()))
        .toCompletableFuture()
        .join();
  }
}
