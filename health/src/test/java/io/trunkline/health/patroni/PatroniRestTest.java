package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.Claims;
import io.trunkline.health.DeclaredMember;
import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.settings.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Three members' REST APIs that say what Patroni says, and what it never should.
class PatroniRestTest {
  private static final String IDENTIFIER = "7710539322695250019";

  private final List<FakePatroni> nodes = new ArrayList<>();
  private volatile Told told = new Told("nobody", PatroniView.NOTHING, "not started", false);

  @BeforeEach
  void startThree() throws IOException {
    for (int i = 0; i < 3; i++) {
      nodes.add(new FakePatroni());
    }
    nodes.forEach(node ->
        node.says("/config", 200, "{\"ttl\":1,\"failsafe_mode\":true}")
            .says("/cluster", 200, cluster(0))
            .says("/primary", 503, body("replica")));
    nodes.getFirst().says("/primary", 200, body("master"));
  }

  @AfterEach
  void stopAll() {
    nodes.forEach(FakePatroni::close);
  }

  @Test
  void start_oneMembersAddress_findsTheOthersAndTheLeader() {
    try (PatroniRest _ = rest(nodes.get(2).url())) {
      await(now -> now.isConfirmed());

      assertThat(told.view().holder()).isEqualTo("node1");
      assertThat(told.view().members())
          .extracting(DeclaredMember::name)
          .containsExactly("node1", "node2", "node3");
      assertThat(told.view().members().get(1).state()).isEqualTo("running sync_standby");
      assertThat(told.view().members().get(2).tags()).containsEntry("noloadbalance", "true");
      assertThat(told.view().synchronous()).containsExactly("node2");
      assertThat(told.view().rules())
          .isEqualTo(new PatroniView.Rules(Duration.ofSeconds(1), false, true));
      assertThat(told.view().systemIdentifier()).isEqualTo(Long.parseLong(IDENTIFIER));
    }
  }

  @Test
  void leader_handsOver_isFollowed() {
    try (PatroniRest _ = rest(nodes.getFirst().url())) {
      await(now -> "node1".equals(now.view().holder()));
      nodes.getFirst().says("/primary", 503, body("demoted"));
      nodes.forEach(node -> node.says("/cluster", 200, cluster(-1)));
      await(now -> now.isConfirmed() && now.view().holder() == null);

      nodes.get(1).says("/primary", 200, body("replica")); // it has the key and is no primary yet
      await(now -> "node2".equals(now.view().holder()));
    }
  }

  @Test
  void leadersPatroni_killed_holdsTheKeyByTheOthersWordUntilTheyDropIt() {
    try (PatroniRest _ = rest(nodes.get(1).url())) {
      await(now -> "node1".equals(now.view().holder()));
      nodes.getFirst().close();
      int asked = nodes.get(1).asked.get();
      Waits.until("asked again", () -> nodes.get(1).asked.get() > asked + 20);
      assertThat(told.isConfirmed()).isTrue();
      assertThat(told.view().holder()).isEqualTo("node1");

      nodes.forEach(node -> node.says("/cluster", 200, cluster(-1)));
      await(now -> now.view().holder() == null && now.isConfirmed());
    }
  }

  @Test
  void leader_saysItIsNoneWhileOthersCallItSo_isNone() {
    nodes.getFirst().says("/primary", 503, body("replica"));
    try (PatroniRest _ = rest(nodes.get(1).url())) {
      await(now -> now.isConfirmed());
      assertThat(told.view().holder()).isNull();
    }
  }

  @Test
  void twoMembers_sayTheyLead_isDoubtedAtOnce() {
    try (PatroniRest _ = rest(nodes.getFirst().url())) {
      await(Told::isConfirmed);
      nodes.get(2).says("/primary", 200, body("master"));
      await(now -> now.doubt().equals("node1 and node3 all say that they hold the leader key"));
    }
  }

  @Test
  void everybody_silent_isDoubtedAfterTheTtlAndTheMembersStay() {
    try (PatroniRest _ = rest(nodes.getFirst().url())) {
      await(Told::isConfirmed);
      nodes.forEach(FakePatroni::close);
      await(now -> now.doubt().equals("no member's REST API answers"));
      assertThat(told.view().members()).hasSize(3);
    }
  }

  @Test
  void storeDown_leaderByFailsafeMode_stays() {
    try (PatroniRest _ = rest(nodes.getFirst().url())) {
      await(Told::isConfirmed);
      nodes.forEach(node -> node.says("/cluster", 500, "").says("/config", 500, ""));
      int asked = nodes.get(1).asked.get();
      Waits.until("asked for longer than the ttl", () -> nodes.get(1).asked.get() > asked + 40);
      assertThat(told.isConfirmed()).isTrue();
      assertThat(told.view().holder()).isEqualTo("node1");
      assertThat(told.view().members()).hasSize(3);

      nodes.getFirst().says("/primary", 503, body("demoted"));
      await(now -> !now.isConfirmed());
    }
  }

  @Test
  void members_sayNonsense_areAsGoodAsSilent() {
    CountDownLatch over = new CountDownLatch(1);
    FakePatroni.Reply endless =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            byte[] spaces = new byte[65_536];
            while (over.getCount() > 0) {
              out.write(spaces);
            }
          } catch (IOException expected) { // it has hung up
            assertThat(over.getCount()).isNotNegative();
          }
        };
    FakePatroni.Reply slow =
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException expected) {
            Thread.currentThread().interrupt();
          }
        };
    nodes.get(0).does("/cluster", endless).does("/primary", slow).does("/config", slow);
    nodes
        .get(1)
        .says("/cluster", 200, "[1,2")
        .says("/primary", 200, "<html>")
        .says("/config", 200, "[]");
    nodes.get(2).says("/cluster", 302, "{}");
    try (PatroniRest _ =
        rest(nodes.get(0).url(), nodes.get(1).url(), nodes.get(2).url(), "127.0.0.1:1")) {
      await(now -> now.doubt().equals("no member's REST API answers"));
      assertThat(told.view().members()).isEmpty();

      nodes.get(2).says("/cluster", 200, cluster(2)).says("/primary", 200, body("master"));
      await(Told::isConfirmed);
      assertThat(told.view().holder()).isEqualTo("node3");
    } finally {
      over.countDown();
    }
  }

  /// One for now is told nowhere but in the store.
  @Test
  void switchover_planned_isAnnounced() {
    String planned =
        cluster(0)
            .replaceFirst("}$", ", \"scheduled_switchover\": {\"at\": \"%s\", %s}}")
            .formatted("2026-11-21T10:00:00+00:00", "\"from\": \"node1\", \"to\": \"node2\"");
    nodes.getFirst().says("/cluster", 200, planned);
    try (PatroniRest _ = rest(nodes.getFirst().url())) {
      await(Told::isConfirmed);
      PatroniView.Announced announced = told.view().announced();
      assertThat(announced.handover()).isEqualTo(new Claims.Handover("node1", "node2"));
      assertThat(announced.at()).isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
    }
  }

  @Test
  void password_isSentWithEachQuestion() {
    List<String> heard = new CopyOnWriteArrayList<>();
    nodes
        .getFirst()
        .does(
            "/cluster",
            exchange -> {
              heard.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
              FakePatroni.send(exchange, 200, cluster(0));
            });
    RestSettings settings =
        new RestSettings(
            List.of(nodes.getFirst().url()),
            "u",
            Secret.of("secret"),
            HttpsSettings.defaults(),
            Duration.ofMillis(50),
            Duration.ofMillis(500));
    try (PatroniRest _ = rest(settings, true)) {
      await(Told::isConfirmed);
      assertThat(heard).isNotEmpty().containsOnly("Basic dTpzZWNyZXQ=");
    }
  }

  @Test
  void notWanted_asksNobodyUntilItIs() {
    try (PatroniRest rest = rest(settings(nodes.getFirst().url()), false)) {
      await(now -> now.doubt().equals("it is not asked"));
      assertThat(nodes.getFirst().asked).hasValue(0);

      rest.want(true, PatroniView.NOTHING);
      await(Told::isConfirmed);
      rest.want(false, PatroniView.NOTHING);
      await(now -> now.doubt().equals("it is not asked"));
    }
  }

  private static String body(String role) {
    return "{\"state\": \"running\", \"role\": \""
        + role
        + "\", \"timeline\": 24, \"database_system_identifier\": \""
        + IDENTIFIER
        + "\", \"patroni\": {\"version\": \"3.0.2\", \"scope\": \"demo\"}}";
  }

  /// @param leader which of the three; -1 for none
  private String cluster(int leader) {
    List<String> members = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      String role = i == leader ? "leader" : i == 1 ? "sync_standby" : "replica";
      members.add(
          """
          {"name": "node%d", "role": "%s", "state": "running", "api_url": "%s/patroni",
           "host": "10.77.0.1%d", "port": 5432, "timeline": 24%s}\
          """
              .formatted(
                  i + 1,
                  role,
                  nodes.get(i).url(),
                  i + 1,
                  i == 2 ? ", \"tags\": {\"noloadbalance\": true}, \"lag\": \"unknown\"" : ""));
    }
    return "{\"members\": [" + String.join(", ", members) + "]}";
  }

  private PatroniRest rest(String... urls) {
    return rest(settings(urls), true);
  }

  private static RestSettings settings(String... urls) {
    return new RestSettings(
        List.of(urls),
        null,
        null,
        HttpsSettings.defaults(),
        Duration.ofMillis(50),
        Duration.ofMillis(500));
  }

  private PatroniRest rest(RestSettings settings, boolean wanted) {
    PatroniRest rest = new PatroniRest("main", settings, System::nanoTime, wanted);
    rest.start(now -> told = now);
    return rest;
  }

  private void await(Predicate<Told> wanted) {
    Waits.until("told so", () -> wanted.test(told));
  }
}
