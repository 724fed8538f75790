package io.trunkline.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.ClusterOptions;
import io.trunkline.embedded.EmbeddedCluster;
import io.trunkline.embedded.EmbeddedServer;
import io.trunkline.embedded.ServerOptions;
import io.trunkline.health.Observation.Alive;
import io.trunkline.health.Observation.Certainty;
import io.trunkline.health.Observation.Dead;
import io.trunkline.protocol.tls.ServerTlsSettings;
import io.trunkline.protocol.tls.SslMode;
import io.trunkline.routing.Lsn;
import io.trunkline.routing.Role;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Partial;
import io.trunkline.settings.Secret;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlProbeIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @ParameterizedTest
  @ValueSource(ints = {ServerOptions.OLDEST, ServerOptions.NEWEST})
  void look_primaryAndStandby_sayWhoTheyAreBeforeAndAfterPromotion(int version) throws Exception {
    ClusterOptions options = ClusterOptions.members(2).server(ServerOptions.postgres(version));
    try (EmbeddedCluster cluster = EmbeddedCluster.create(options)) {
      EmbeddedServer first = cluster.member("pg1");
      EmbeddedServer second = cluster.member("pg2");
      first.execute("CREATE ROLE probe LOGIN IN ROLE pg_monitor");
      cluster.awaitCaughtUp();
      try (SqlProbe ofFirst = probe(first, "probe");
          SqlProbe ofSecond = probe(second, "probe")) {
        assertHealthy(first, alive(ofFirst), alive(ofSecond));
        assertLagWhileReplayIsPaused(first, second, ofFirst, ofSecond);
        second.promote();
        Alive promoted = alive(ofSecond);
        assertThat(promoted.role()).isEqualTo(Role.PRIMARY);
        assertThat(promoted.timeline()).isEqualTo(2);
        assertThat(alive(ofFirst).timeline()).isEqualTo(1);
      }
    }
  }

  private static void assertHealthy(EmbeddedServer server, Alive primary, Alive standby)
      throws Exception {
    long identifier =
        Long.parseLong(server.query("SELECT system_identifier FROM pg_control_system()"));
    assertThat(primary.role()).isEqualTo(Role.PRIMARY);
    assertThat(primary.timeline()).isEqualTo(1);
    assertThat(primary.systemIdentifier()).isEqualTo(identifier);
    assertThat(primary.serverVersion() / 10_000).isEqualTo(server.version());
    assertThat(primary.lsn()).isGreaterThan(Lsn.ZERO).isEqualTo(primary.receivedLsn());
    assertThat(primary.readOnly()).isFalse();
    assertThat(primary.replayAge()).isNull();
    assertThat(primary.started())
        .isEqualTo(
            server.query("SELECT pg_postmaster_start_time() AT TIME ZONE 'UTC'").replace(' ', 'T')
                + "Z");
    assertThat(primary.latencyNanos()).isPositive();
    assertThat(standby.role()).isEqualTo(Role.STANDBY);
    assertThat(standby.timeline()).isEqualTo(1);
    assertThat(standby.systemIdentifier()).isEqualTo(identifier);
    assertThat(standby.replayAge()).isNotNull();
    assertThat(LeaderTrail.EMPTY.lagBytes(standby)).isZero();
    assertThat(LeaderTrail.EMPTY.lag(standby)).isZero();
  }

  private static void assertLagWhileReplayIsPaused(
      EmbeddedServer primary, EmbeddedServer standby, SqlProbe ofPrimary, SqlProbe ofStandby)
      throws Exception {
    Alive before = alive(ofPrimary);
    LeaderTrail trail = LeaderTrail.EMPTY.with(before.lsn(), before.atNanos());
    standby.execute("SELECT pg_wal_replay_pause()");
    primary.execute("CREATE TABLE t AS SELECT g, repeat('x', 100) FROM generate_series(1, 9999) g");
    Alive written = alive(ofPrimary);
    LeaderTrail moved = trail.with(written.lsn(), written.atNanos());

    Awaitility.await()
        .untilAsserted(() -> {
          Alive paused = alive(ofStandby);
          assertThat(paused.receivedLsn()).isGreaterThan(paused.lsn());
          assertThat(moved.lagBytes(paused)).isGreaterThan(100_000);
          assertThat(moved.lag(paused)).isPositive();
        });
    standby.execute("SELECT pg_wal_replay_resume()");
    Awaitility.await().untilAsserted(() -> assertThat(moved.lag(alive(ofStandby))).isZero());
  }

  @ParameterizedTest
  @ValueSource(ints = {ServerOptions.OLDEST, ServerOptions.NEWEST})
  void look_userWithFewRights_degradesAndStillKnowsTheRole(int version) throws Exception {
    ClusterOptions options = ClusterOptions.members(2).server(ServerOptions.postgres(version));
    try (EmbeddedCluster cluster = EmbeddedCluster.create(options)) {
      cluster.primary().execute("CREATE ROLE plain LOGIN");
      cluster.awaitCaughtUp();
      try (SqlProbe primary = probe(cluster.member("pg1"), "plain");
          SqlProbe standby = probe(cluster.member("pg2"), "plain")) {
        assertThat(alive(primary).timeline()).isEqualTo(1);
        assertThat(alive(standby).timeline()).isEqualTo(1);
        assertThat(alive(standby).systemIdentifier()).isNotZero();

        for (String function : new String[] {"system", "recovery", "checkpoint"}) {
          cluster
              .primary()
              .execute("REVOKE EXECUTE ON FUNCTION pg_control_" + function + "() FROM public");
        }
        cluster.awaitCaughtUp();

        assertThat(alive(primary).timeline()).isEqualTo(1);
        assertThat(alive(primary).systemIdentifier()).isZero();
        assertThat(alive(standby).role()).isEqualTo(Role.STANDBY);
        assertThat(alive(standby).timeline()).isZero();
      }
    }
  }

  @Test
  void look_serverKilledFrozenAndRestarted_neverHangsAndComesBack() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.create();
        SqlProbe probe = probe(server, "postgres")) {
      alive(probe);

      server.freeze();
      long began = System.nanoTime();
      assertThat(probe.look())
          .isInstanceOfSatisfying(
              Dead.class, dead -> assertThat(dead.certainty()).isEqualTo(Certainty.DOUBTFUL));
      assertThat(since(began)).isLessThan(TIMEOUT.plusSeconds(1));
      assertThat(probe.look()).isInstanceOf(Dead.class);
      server.thaw();
      Awaitility.await().untilAsserted(() -> alive(probe));

      server.restart();
      alive(probe);

      server.kill();
      began = System.nanoTime();
      assertThat(probe.look()).isEqualTo(new Dead("pg", Certainty.CERTAIN, "connection refused"));
      assertThat(since(began)).isLessThan(Duration.ofSeconds(1));
      server.start();
      alive(probe);
    }
  }

  @Test
  void look_sessionTerminatedByAdministrator_asksAgainOverANewOne() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.create();
        SqlProbe probe = probe(server, "postgres")) {
      for (int i = 0; i < 5; i++) {
        alive(probe);
        server.query(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE application_name = 'trunkline-probe'");
      }
      assertThat(
              server.query(
                  "SELECT count(*) FROM pg_stat_activity"
                      + " WHERE application_name = 'trunkline-probe'"))
          .isIn("0", "1");
    }
  }

  @Test
  void look_loginOrTlsRefused_saysWhyWithoutThePassword() throws Exception {
    ServerOptions options =
        ServerOptions.newest().password(Secret.of("right")).hba("host all all all scram-sha-256");
    try (EmbeddedServer server = EmbeddedServer.create(options);
        SqlProbe wrongPassword = probe(server.address(), "postgres", "s3cret", SslMode.PREFER);
        SqlProbe rightPassword = probe(server.address(), "postgres", "right", SslMode.PREFER);
        SqlProbe noTls = probe(server.address(), "postgres", "right", SslMode.REQUIRE)) {
      assertDoubtful(wrongPassword, "password authentication failed");
      assertDoubtful(noTls, "SSL");
      alive(rightPassword);
    }
  }

  @Test
  void look_listenerThatNeverAnswers_isOverInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SqlProbe probe =
            probe(new HostPort("127.0.0.1", silent.getLocalPort()), "u", "p", SslMode.PREFER)) {
      long began = System.nanoTime();
      assertDoubtful(probe, "no answer within 2000 ms");
      assertThat(since(began)).isLessThan(TIMEOUT.plusSeconds(1));
    }
  }

  @Test
  void look_readOnlyByDefault_isSeen() throws Exception {
    ServerOptions options = ServerOptions.newest().setting("default_transaction_read_only", "on");
    try (EmbeddedServer server = EmbeddedServer.create(options);
        SqlProbe probe = probe(server, "postgres")) {
      assertThat(alive(probe).readOnly()).isTrue();
      assertThat(alive(probe).role()).isEqualTo(Role.PRIMARY);
    }
  }

  private static void assertDoubtful(SqlProbe probe, String words) {
    assertThat(probe.look())
        .isInstanceOfSatisfying(
            Dead.class,
            dead -> {
              assertThat(dead.certainty()).isEqualTo(Certainty.DOUBTFUL);
              assertThat(dead.reason()).contains(words).doesNotContain("s3cret");
            });
  }

  private static Alive alive(SqlProbe probe) {
    Observation observation = probe.look();
    assertThat(observation).isInstanceOf(Alive.class);
    return (Alive) observation;
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static SqlProbe probe(EmbeddedServer server, String user) {
    return probe(server.address(), user, "none", SslMode.DISABLE);
  }

  private static SqlProbe probe(HostPort address, String user, String password, SslMode mode) {
    ProbeTarget target =
        new ProbeTarget(
            "pg",
            address,
            "postgres",
            user,
            Secret.of(password),
            Partial.none(ServerTlsSettings.class)
                .with("sslmode", mode)
                .over(ServerTlsSettings.PREFER),
            Map.of());
    return new SqlProbe(target, TIMEOUT, System::nanoTime);
  }
}
