package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Questions to a REST API at `https://`: what both sides must prove, and whoever else answers
/// there.
class PatroniRestTlsTest {
  @TempDir private Path directory;
  private Certificates ours;
  private Certificates others;

  @BeforeEach
  void certify() throws Exception {
    ours = new Certificates(directory, "ours");
    others = new Certificates(directory, "others");
  }

  private static RestSettings settings(String url, HttpsSettings tls) {
    return settings(url, tls, Duration.ofSeconds(20));
  }

  private static RestSettings settings(String url, HttpsSettings tls, Duration timeout) {
    return new RestSettings(
        List.of(url), "admin", Secret.of("secret"), tls, Duration.ofMillis(50), timeout);
  }

  /// What one question comes to.
  private static RestApi.Reply ask(String url, HttpsSettings tls) throws Exception {
    return ask(settings(url, tls));
  }

  private static RestApi.Reply ask(RestSettings settings) throws Exception {
    try (RestApi api = new RestApi(settings)) {
      return api.ask(settings.addresses().getFirst(), "/cluster").get();
    }
  }

  private static String cluster(String url) {
    return """
    {"members": [{"name": "node1", "role": "leader", "state": "running",
      "api_url": "%s/patroni", "host": "10.0.0.1", "port": 5432, "timeline": 1}]}
    """
        .formatted(url);
  }

  private FakePatroni node() throws Exception {
    FakePatroni node = FakePatroni.secure(ours.server("node1"));
    return node.says("/cluster", 200, cluster(node.url()))
        .says("/primary", 200, "{\"role\": \"primary\"}")
        .says("/config", 200, "{\"ttl\": 30}");
  }

  @Test
  void start_serverOfOurAuthority_isFollowed() throws Exception {
    List<Told> told = new CopyOnWriteArrayList<>();
    try (FakePatroni node = node();
        PatroniRest rest =
            new PatroniRest("main", settings(node.url(), ours.trust()), System::nanoTime, true)) {
      rest.start(told::add);
      Waits.until("it is told", () -> told.stream().anyMatch(Told::isConfirmed));
      assertThat(told.getLast().view().holder()).isEqualTo("node1");
    }
  }

  @Test
  void ask_serverOfAnotherAuthority_isNotBelieved() throws Exception {
    try (FakePatroni node = node()) {
      RestApi.Reply reply = ask(node.url(), others.trust());
      assertThat(reply.status()).isZero();
      assertThat(reply.failure()).containsIgnoringCase("certificat").doesNotContain("secret");
      assertThat(node.asked).as("nobody was asked anything").hasValue(0);
    }
  }

  @Test
  void ask_certificateOfAnotherName_isNotBelieved() throws Exception {
    try (FakePatroni node = node()) {
      RestApi.Reply reply = ask(node.url().replace("127.0.0.1", "localhost"), ours.trust());
      assertThat(reply.status()).isZero();
      assertThat(reply.failure()).contains("localhost");
      assertThat(node.asked).hasValue(0);
    }
  }

  @Test
  void password_refused_isSaid() throws Exception {
    List<Told> told = new CopyOnWriteArrayList<>();
    try (FakePatroni node = node()) {
      for (String path : List.of("/cluster", "/primary", "/config")) {
        node.says(path, 401, "no auth header received");
      }
      try (PatroniRest rest =
          new PatroniRest("main", settings(node.url(), ours.trust()), System::nanoTime, true)) {
        rest.start(told::add);
        Waits.until("it was asked", () -> node.asked.get() > 4);
        Waits.until(
            "it is told",
            () ->
                told.getLast().doubt().equals("Patroni's REST API refuses our user and password"));
      }
    }
  }

  @Test
  void ask_plainAnswer_orNone_orNonsense_isBounded() throws Exception {
    Duration little = Duration.ofMillis(500);
    try (FakePatroni plain = new FakePatroni()) {
      String url = plain.url().replace("http:", "https:");
      assertThat(ask(settings(url, ours.trust(), little)).failure()).isNotEmpty();
    }
    CountDownLatch over = new CountDownLatch(1);
    try (ServerSocket silent = listen(_ -> over.await());
        ServerSocket garbage =
            listen(socket -> {
              OutputStream out = socket.getOutputStream();
              byte[] noise =
                  "\u0016\u0003\u0003 nonsense "
                      .repeat(4_096)
                      .getBytes(StandardCharsets.ISO_8859_1);
              while (over.getCount() > 0) {
                out.write(noise);
              }
            })) {
      assertThat(ask(settings(url(silent), ours.trust(), little)).failure())
          .matches("no answer within 500 ms|HTTP connect timed out");
      assertThat(ask(settings(url(garbage), ours.trust(), little)).status()).isZero();
    } finally {
      over.countDown();
    }
  }

  private static String url(ServerSocket server) {
    return "https://" + new HostPort("127.0.0.1", server.getLocalPort());
  }

  /// What a peer does with a connection.
  private interface Peer {
    void with(Socket socket) throws IOException, InterruptedException;
  }

  private static ServerSocket listen(Peer peer) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              Socket socket = server.accept();
              Thread.ofVirtual().start(() -> serve(socket, peer));
            }
          } catch (IOException expected) { // closed
            assertThat(server.isClosed()).isTrue();
          }
        });
    return server;
  }

  private static void serve(Socket socket, Peer peer) {
    try (socket) {
      peer.with(socket);
    } catch (IOException expected) { // it has hung up
      assertThat(socket.isClosed()).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
