package io.trunkline.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Postgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What keepalived and load balancers are told.
class HttpPortIT {

  /// An address of a network that is for documents alone (RFC 5737): no machine has it.
  private static final String NOT_HERE = "192.0.2.1";

  private static final Duration SOON = Duration.ofSeconds(20);

  private final Postgres postgres = Postgres.shared();

  private static ProxyServer proxy(String listener, int member, String rest) {
    return Configured.start(
        """
        listeners: [%s]
        clusters:
          main:
            members: ['127.0.0.1:%d']
            probe: { user: probe, password: probe, database: postgres }
        users: { app: { password: app } }
        auth: { method: trust }
        http: { port: 0 }
        %s
        """
            .formatted(listener, member, rest));
  }

  private ProxyServer proxy() {
    return proxy("{ address: 127.0.0.1, port: 0 }", postgres.app().port(), "");
  }

  private static HttpResponse<String> ask(ProxyServer proxy, String method, String path)
      throws IOException, InterruptedException {
    InetSocketAddress address = proxy.httpAddress().orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:%d%s".formatted(address.getPort(), path)))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static HttpResponse<String> get(ProxyServer proxy, String path)
      throws IOException, InterruptedException {
    return ask(proxy, "GET", path);
  }

  private static void becomesReady(ProxyServer proxy) {
    Await.until(SOON, "ready", () -> get(proxy, "/ready").statusCode() == 200);
  }

  @Test
  void ready_memberAnswers_is200() throws Exception {
    try (ProxyServer proxy = proxy()) {
      assertThat(get(proxy, "/live").statusCode()).isEqualTo(200);
      becomesReady(proxy);
      assertThat(get(proxy, "/ready").body()).isEqualTo("ready\n");
      Await.until(SOON, "a primary", () -> get(proxy, "/ready?role=primary").statusCode() == 200);
    }
  }

  @Test
  void ready_noMemberAnswers_is503AndSaysSo() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    try (ProxyServer proxy = proxy("{ address: 127.0.0.1, port: 0 }", nobody, "")) {
      HttpResponse<String> reply = get(proxy, "/ready");
      assertThat(reply.statusCode()).isEqualTo(503);
      assertThat(reply.body()).isEqualTo("no member of cluster main answers\n");
      assertThat(get(proxy, "/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void ready_roleNobodyHas_is503WithTheReasonOfAHold() throws Exception {
    try (ProxyServer proxy = proxy()) {
      becomesReady(proxy);
      HttpResponse<String> reply = get(proxy, "/ready?role=replica&cluster=main");
      assertThat(reply.statusCode()).isEqualTo(503);
      assertThat(reply.body()).startsWith("cluster main: no standby is eligible: ");
    }
  }

  @Test
  void ready_toldToStop_is503WhileTransactionsEnd() throws Exception {
    try (ProxyServer proxy = proxy()) {
      becomesReady(proxy);
      try (Connection client = DriverManager.getConnection(url(proxy), "app", "app");
          Statement statement = client.createStatement()) {
        client.setAutoCommit(false);
        statement.execute("SELECT 1");
        Thread drain = Thread.ofVirtual().start(proxy::drain);
        Await.until(SOON, "not ready", () -> get(proxy, "/ready").statusCode() == 503);
        assertThat(get(proxy, "/ready").body()).isEqualTo("shutting down\n");
        client.commit();
        drain.join();
      }
    }
  }

  private static String url(ProxyServer proxy) {
    return "jdbc:postgresql://127.0.0.1:%d/app?sslmode=disable"
        .formatted(Configured.port(proxy, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/,404",
    "GET,/readyy,404",
    "GET,/ready/,404",
    "POST,/ready,405",
    "DELETE,/live,405",
    "GET,/ready?role=king,400",
    "GET,/ready?cluster=other,400",
    "GET,/ready?rolle=primary,400",
    "GET,/ready?role=%ZZ,400",
    "HEAD,/live,200"
  })
  void request_ofAnyKind_getsItsStatus(String method, String path, int status) throws Exception {
    try (ProxyServer proxy = proxy()) {
      assertThat(rawStatus(proxy, method, path)).isEqualTo(status);
    }
  }

  /// By hand, for a proper client does not send everything.
  private static int rawStatus(ProxyServer proxy, String method, String path) throws IOException {
    try (var socket =
        new Socket(
            InetAddress.ofLiteral("127.0.0.1"), proxy.httpAddress().orElseThrow().getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "%s %s HTTP/1.1\r\nHost: a\r\n\r\n"
                  .formatted(method, path)
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] head = socket.getInputStream().readNBytes(12);
      return Integer.parseInt(new String(head, 9, 3, StandardCharsets.US_ASCII));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void listener_addressNotHereYet_isBoundAllTheSame(String transport) throws Exception {
    try (ProxyServer proxy =
        proxy(
            "{ address: %s, port: 0 }".formatted(NOT_HERE),
            postgres.app().port(),
            "runtime: { transport: %s }".formatted(transport))) {
      assertThat(proxy.bound().getFirst().address().getHostString()).isEqualTo(NOT_HERE);
      becomesReady(proxy);
    }
  }

  @Test
  void listener_addressNotHereYetAndNio_isTriedAgainAndNotReady() throws Exception {
    try (ProxyServer proxy =
        proxy(
            "{ address: %s, port: 5000 }".formatted(NOT_HERE),
            postgres.app().port(),
            "runtime: { transport: nio }")) {
      assertThat(proxy.bound()).isEmpty();
      assertThat(get(proxy, "/ready").body()).contains(NOT_HERE).contains("is not here yet");
    }
  }

  @Test
  void listener_portTaken_cannotStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() ->
              proxy(
                      "{ address: 127.0.0.1, port: %d }".formatted(taken.getLocalPort()),
                      postgres.app().port(),
                      "")
                  .close())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot listen on");
    }
  }

  @Test
  void httpPort_taken_cannotStart() throws Exception {
    try (ProxyServer first = proxy()) {
      int taken = first.httpAddress().orElseThrow().getPort();
      assertThatThrownBy(() -> Configured.start(yaml(taken)).close())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("for HTTP");
    }
  }

  private String yaml(int http) {
    return """
    listeners: [{ address: 127.0.0.1, port: 0 }]
    clusters: { main: { members: ['127.0.0.1:%d'], probe: { user: probe, password: probe } } }
    auth: { method: trust }
    users: { app: { password: app } }
    http: { port: %d }
    """
        .formatted(postgres.app().port(), http);
  }
}
