package io.trunkline.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.proxy.ProxyServer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.Endpoint;
import io.trunkline.proxy.rig.Frontend;
import io.trunkline.proxy.rig.Postgres;
import io.trunkline.proxy.rig.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What Prometheus is told of clients, pools, members and of where the time went.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MetricsIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  /// Prometheus' docs, "Exposition formats", "Text-based format".
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{.*\\})?) ([-+0-9.eEInfNa]+)");

  private final Postgres postgres = Postgres.shared();
  private ProxyServer proxy;

  @BeforeEach
  void start() {
    proxy =
        Configured.start(
            """
            listeners: [{ address: 127.0.0.1, port: 0 }]
            clusters:
              main:
                members: [{ name: one, address: '127.0.0.1:%d' }]
                probe: { user: probe, password: probe, database: postgres }
            users: { app: { password: app } }
            pool: { size: 1 }
            auth: { method: trust }
            http: { port: 0 }
            """
                .formatted(postgres.app().port()));
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private Endpoint endpoint() {
    return postgres.app().onPort(Configured.port(proxy, 0));
  }

  private String text() throws IOException, InterruptedException {
    int port = proxy.httpAddress().orElseThrow().getPort();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain; version=0.0.4");
      return response.body();
    }
  }

  private Map<String, Double> samples() throws Exception {
    Map<String, Double> samples = new HashMap<>();
    for (String line : text().lines().filter(line -> !line.startsWith("#")).toList()) {
      var sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      samples.put(sample.group(1), Double.valueOf(sample.group(2).replace("+Inf", "Infinity")));
    }
    return samples;
  }

  private void await(String series, double value) {
    Await.until(SOON, series + " is " + value, () -> samples().getOrDefault(series, -1.0) == value);
  }

  @Test
  void clientThatTakesNothing_isTimed() throws Exception {
    try (RawClient slow = RawClient.login(endpoint());
        RawClient other = RawClient.login(postgres.app())) {
      slow.send(
          Frontend.query("SELECT repeat('drain', 20000) FROM generate_series(1, 400) /* drain */"));
      Await.until(
          SOON,
          "the server cannot send any more",
          () ->
              other
                  .query(
                      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'"
                          + " AND query LIKE '%/* drain */'")
                  .value()
                  .equals("1"));
      slow.receiveUntilReady();
      Await.until(
          SOON,
          "it is counted",
          () -> samples().get("trunkline_client_drain_duration_seconds_count") > 0);
    }
  }

  @Test
  void scrape_afterSomeWork_tellsOfIt() throws Exception {
    String who = "{database=\"app\",user=\"app\"}";
    try (RawClient client = RawClient.login(endpoint())) {
      client.query("SELECT 1");
      client.query("BEGIN; SELECT 1");
      client.query("COMMIT");
      assertThat(client.query("SELECT 1/0").sqlState()).isEqualTo("22012");
      client.query("LISTEN x");
      await("trunkline_clients_pinned{reason=\"listen\"}", 1);
      await("trunkline_queries_total" + who, 5);
      Map<String, Double> samples = samples();
      assertThat(samples)
          .containsEntry("trunkline_client_logins_total" + who, 1.0)
          .containsEntry("trunkline_transactions_total" + who, 4.0)
          .containsEntry("trunkline_clients{database=\"app\",state=\"active\"}", 1.0)
          .containsEntry("trunkline_clients_connected", 1.0)
          .containsEntry("trunkline_errors_total{origin=\"server\",sqlstate=\"22012\"}", 1.0)
          .containsEntry(
              "trunkline_pool_servers{cluster=\"main\",database=\"app\",member=\"one\","
                  + "state=\"active\",user=\"app\"}",
              1.0)
          .containsEntry("trunkline_server_duration_seconds_count", 5.0)
          .containsEntry("trunkline_server_first_byte_duration_seconds_count", 5.0)
          .containsEntry("trunkline_server_duration_seconds_bucket{le=\"+Inf\"}", 5.0)
          .containsEntry("trunkline_server_connect_duration_seconds_count", 1.0);
      assertThat(samples.keySet())
          .anyMatch(name -> name.startsWith("jvm_memory_used_bytes{area=\"heap\""))
          .anyMatch(name -> name.startsWith("process_files_open_files"));
      assertThat(samples.get("trunkline_client_sent_bytes_total" + who)).isPositive();
      assertThat(samples.get("trunkline_server_duration_seconds_sum")).isPositive();
    }
    await("trunkline_clients_connected", 0);
  }

  @Test
  void scrape_clientWaits_isSeenWaiting() throws Exception {
    try (RawClient first = RawClient.login(endpoint());
        RawClient second = RawClient.login(endpoint())) {
      first.query("BEGIN");
      second.send(Frontend.query("SELECT 1"));
      await("trunkline_clients{database=\"app\",state=\"waiting\"}", 1);
      Map<String, Double> samples = samples();
      assertThat(samples.get("trunkline_client_wait_max_seconds")).isPositive();
      first.query("COMMIT");
      second.receiveUntilReady();
      Await.until(
          SOON, "it waited", () -> samples().get("trunkline_queue_duration_seconds_sum") > 0);
    }
  }

  @Test
  void scrape_refusedLogin_isCounted() throws Exception {
    try (RawClient console = RawClient.open(endpoint().inDatabase("trunkline"))) {
      console.logIn(3 << 16, Map.of("_pq_.x", "y"));
    } catch (IOException | AssertionError refused) { // which is what is wanted
      assertThat(refused).isNotNull();
    }
    Await.until(
        SOON,
        "it is counted",
        () -> samples().keySet().stream().anyMatch(name -> name.contains("origin=\"login\"")));
  }

  @Test
  void scrape_members_areTold() throws Exception {
    await("trunkline_cluster_has_leader{cluster=\"main\"}", 1);
    Map<String, Double> samples = samples();
    String member = "{cluster=\"main\",member=\"one\"";
    assertThat(samples)
        .containsEntry("trunkline_member_alive" + member + "}", 1.0)
        .containsEntry("trunkline_member_role" + member + ",role=\"primary\"}", 1.0)
        .containsEntry("trunkline_member_role" + member + ",role=\"standby\"}", 0.0)
        .containsEntry("trunkline_cluster_failovers_total{cluster=\"main\"}", 0.0)
        .containsEntry("trunkline_cluster_timeline{cluster=\"main\"}", 1.0);
  }

  @Test
  void document_everyMetric_isThere() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "metrics.md"));
    String text;
    try (RawClient client = RawClient.login(endpoint())) {
      client.query("SELECT 1/0");
      Await.until(SOON, "the error is told", () -> text().contains("22012"));
      text = text();
    }
    List<String> names =
        text.lines()
            .filter(line -> line.startsWith("# TYPE trunkline_"))
            .map(line -> line.split(" ")[2])
            .toList();
    assertThat(names).hasSizeGreaterThan(35);
    assertThat(names).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }
}
