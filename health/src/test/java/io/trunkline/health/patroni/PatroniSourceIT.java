package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.health.ClusterMonitor;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.Roster;
import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.settings.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// etcd and REST beside each other.
class PatroniSourceIT {
  @TempDir Path directory;

  private volatile Roster roster;

  @Test
  void etcdSilent_restConfirmsTheLeaderAsByFailsafeMode_untilEtcdIsBack() throws Exception {
    Tools.require("etcd");
    try (FakePatroni node1 = new FakePatroni();
        EtcdProcess etcd = EtcdProcess.start(directory)) {
      node1.says("/primary", 200, "{\"role\": \"master\"}"); // and knows no more: its store is down
      etcd.put("config", "{\"ttl\":1,\"failsafe_mode\":true}");
      etcd.put("leader", "node1");
      etcd.put(
          "members/node1",
          "{\"conn_url\":\"postgres://10.0.0.1/\",\"api_url\":\"" + node1.url() + "/patroni\"}");
      try (PatroniSource _ = source(etcd.endpoint(), List.of())) {
        await(r -> r.source().equals("etcd") && "node1".equals(r.claims().holder()));
        assertThat(node1.asked).hasValue(0);

        etcd.kill();
        await(r -> r.source().equals("Patroni REST"));
        assertThat(roster.claims().isDoubtful()).isFalse();
        assertThat(roster.claims().holder()).isEqualTo("node1");
        assertThat(roster.claims().failsafe()).isTrue();
        assertThat(roster.members()).extracting(DeclaredMember::name).containsExactly("node1");

        node1.says("/primary", 503, "{\"role\": \"demoted\"}");
        await(r -> r.claims().isDoubtful());
        assertThat(roster.members()).hasSize(1);

        etcd.start();
        await(r -> r.source().equals("etcd") && !r.claims().isDoubtful());
      }
    }
  }

  @Test
  void membersInTheFile_countUntilPatroniAnswersAndThenOnlyAdd() throws Exception {
    Tools.require("etcd");
    DeclaredMember known =
        new DeclaredMember("node1", new HostPort("198.51.100.1", 6_000), Map.of("dc", "east"));
    DeclaredMember other = new DeclaredMember("other", new HostPort("h", 1), Map.of());
    try (EtcdProcess etcd = EtcdProcess.start(directory)) {
      etcd.put(
          "members/node1",
          "{\"conn_url\":\"postgres://10.0.0.1/\",\"tags\":{\"nofailover\":true}}");
      etcd.put("members/node2", "{\"conn_url\":\"postgres://10.0.0.2/\"}");
      etcd.kill();
      try (PatroniSource _ = source(etcd.endpoint(), List.of(known, other))) {
        assertThat(roster.members()).containsExactly(known, other);
        assertThat(roster.claims().isDoubtful()).isTrue();

        etcd.start();
        await(r -> !r.claims().isDoubtful());
        assertThat(roster.members())
            .containsExactly(
                new DeclaredMember(
                    "node1", known.address(), Map.of("dc", "east", "nofailover", "true")),
                new DeclaredMember("node2", new HostPort("10.0.0.2", 5432), Map.of()));
      }
    }
  }

  private PatroniSource source(String endpoint, List<DeclaredMember> declared) {
    Duration often = Duration.ofMillis(100);
    Duration timeout = Duration.ofMillis(500);
    PatroniSettings settings =
        new PatroniSettings(
            "demo",
            "/service/",
            new EtcdSettings(
                List.of(endpoint), null, null, HttpsSettings.defaults(), often, timeout),
            new RestSettings(List.of(), null, null, HttpsSettings.defaults(), often, timeout),
            Duration.ofSeconds(30));
    PatroniSource source =
        new PatroniSource(
            "main",
            settings,
            declared,
            new ClusterMonitor.Clocks(InstantSource.system(), System::nanoTime));
    source.start(now -> roster = now);
    return source;
  }

  private void await(Predicate<Roster> wanted) {
    Waits.until("told so", () -> wanted.test(roster));
  }
}
