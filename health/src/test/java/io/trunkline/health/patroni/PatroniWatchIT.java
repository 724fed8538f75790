package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.trunkline.health.Claims;
import io.trunkline.health.DeclaredMember;
import io.trunkline.health.etcd.EtcdSettings;
import io.trunkline.health.etcd.JetcdEtcd;
import io.trunkline.protocol.tls.HttpsSettings;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Patroni's keys, put by hand into a real etcd that fails in all the ways it can.
class PatroniWatchIT {
  @TempDir Path directory;

  private volatile Told told = new Told("nobody", PatroniView.NOTHING, "not started", false);

  @BeforeAll
  static void needEtcd() {
    Tools.require("etcd");
  }

  @Test
  void start_keysOfACluster_areToldAndEveryChangeAtOnce() throws Exception {
    try (EtcdProcess etcd = EtcdProcess.start(directory);
        PatroniWatch _ = watch(hourly(etcd.endpoint()))) {
      await(now -> now.isConfirmed());
      assertThat(told.view().holder()).isNull();

      etcd.put("initialize", "7710539322695250019");
      etcd.put("config", "{\"ttl\":20,\"loop_wait\":2,\"failsafe_mode\":true}");
      etcd.put("members/node1", member("10.77.0.11", ",\"tags\":{\"noloadbalance\":true}"));
      etcd.put("leader", "node1");

      await(now -> "node1".equals(now.view().holder()));
      assertThat(told.view().overwritten()).isFalse();
      assertThat(told.view().systemIdentifier()).isEqualTo(7710539322695250019L);
      assertThat(told.view().rules())
          .isEqualTo(new PatroniView.Rules(Duration.ofSeconds(20), false, true));
      assertThat(told.view().members())
          .containsExactly(
              new DeclaredMember(
                  "node1",
                  new HostPort("10.77.0.11", 5432),
                  Map.of("noloadbalance", "true"),
                  "running primary"));

      etcd.put("leader", "node2");
      await(now -> "node2".equals(now.view().holder()));
      assertThat(told.view().overwritten()).isTrue();

      etcd.put("failover", "{\"leader\":\"node2\",\"member\":\"node1\"}");
      await(now -> now.view().announced() != null);
      assertThat(told.view().announced().handover())
          .isEqualTo(new Claims.Handover("node2", "node1"));
      etcd.put("failover", "{}");
      await(now -> now.view().announced() == null);

      etcd.delete("leader");
      etcd.put("leader", "node3");
      await(now -> "node3".equals(now.view().holder()));
      assertThat(told.view().overwritten()).isFalse();
    }
  }

  @Test
  void etcd_killedAndBackAfterACompaction_isDoubtedAndReadAnew() throws Exception {
    try (EtcdProcess etcd = EtcdProcess.start(directory);
        PatroniWatch _ = watch(settings(etcd.endpoint(), null, null, HttpsSettings.defaults()))) {
      etcd.put("config", "{\"ttl\":1}");
      etcd.put("members/node1", member("10.77.0.11", ""));
      etcd.put("leader", "node1");
      await(now -> now.isConfirmed() && "node1".equals(now.view().holder()));

      etcd.kill();
      await(now -> !now.isConfirmed());
      assertThat(told.doubt())
          .isEqualTo("etcd has not answered for longer than Patroni's ttl of 1 s");
      assertThat(told.view().holder()).isEqualTo("node1");
      assertThat(told.view().members()).hasSize(1);

      etcd.start();
      for (int i = 0; i < 50; i++) {
        etcd.put("status", "{\"optime\":" + i + "}");
      }
      etcd.put("leader", "node2");
      etcd.compact();
      await(now -> now.isConfirmed() && "node2".equals(now.view().holder()));

      etcd.delete("members/node1");
      await(now -> now.view().members().isEmpty());
    }
  }

  /// With etcd's own token it has the id of the one before, with another it has another.
  @ParameterizedTest
  @ValueSource(strings = {"etcd-cluster", "another"})
  void etcd_lostAndMadeAnew_isFollowedThoughItsRevisionsAreLower(String token) throws Exception {
    try (EtcdProcess etcd = EtcdProcess.start(directory);
        PatroniWatch _ = watch(settings(etcd.endpoint(), null, null, HttpsSettings.defaults()))) {
      for (int i = 0; i < 50; i++) {
        etcd.put("status", "{\"optime\":" + i + "}");
      }
      etcd.put("members/node1", member("10.77.0.11", ""));
      etcd.put("members/node2", member("10.77.0.12", ""));
      etcd.put("leader", "node1");
      await(now -> now.isConfirmed() && "node1".equals(now.view().holder()));
      PatroniView.Revision before = told.view().store();

      etcd.makeAnew(token);

      await(now -> now.isConfirmed() && now.view().holder() == null);
      assertThat(told.view().members()).hasSize(2); // nobody has said that they are gone
      assertThat(told.view().store().store()).isNotEqualTo(before.store());
      assertThat(told.view().store().revision()).isLessThan(before.revision());

      etcd.put("members/node1", member("10.77.0.21", ""));
      await(now -> now.view().members().getFirst().address().host().equals("10.77.0.21"));
      assertThat(told.view().members()).hasSize(2);
      etcd.put("leader", "node1");
      await(now -> "node1".equals(now.view().holder()) && now.view().members().size() == 1);
    }
  }

  @Test
  void etcd_frozen_isDoubtedAndFollowedAgainOnceItThaws() throws Exception {
    try (EtcdProcess etcd = EtcdProcess.start(directory);
        PatroniWatch _ = watch(settings(etcd.endpoint(), null, null, HttpsSettings.defaults()))) {
      etcd.put("config", "{\"ttl\":1}");
      etcd.put("leader", "node1");
      await(now -> now.isConfirmed() && "node1".equals(now.view().holder()));

      etcd.freeze();
      await(now -> !now.isConfirmed());
      etcd.thaw();
      await(Told::isConfirmed);
      etcd.put("leader", "node2");
      await(now -> "node2".equals(now.view().holder()));
    }
  }

  @Test
  void endpoints_firstRefusesSecondIsNoEtcd_theThirdServes() throws Exception {
    try (EtcdProcess etcd = EtcdProcess.start(directory);
        FakePatroni other = new FakePatroni()) {
      etcd.put("leader", "node1");
      EtcdSettings settings =
          new EtcdSettings(
              List.of("127.0.0.1:1", other.url(), etcd.endpoint()),
              null,
              null,
              HttpsSettings.defaults(),
              Duration.ofMillis(100),
              Duration.ofMillis(500));
      try (PatroniWatch _ = watch(settings)) {
        await(now -> now.isConfirmed() && "node1".equals(now.view().holder()));
      }
    }
  }

  @Test
  void password_wrong_isNotAnsweredAndRight_is() throws Exception {
    try (EtcdProcess etcd = EtcdProcess.start(directory)) {
      etcd.put("leader", "node1");
      etcd.demandPassword("secret");
      try (PatroniWatch _ =
          watch(settings(etcd.endpoint(), "root", "wrong", HttpsSettings.defaults()))) {
        await(now -> now.doubt().equals("etcd has not answered yet"));
      }
      try (PatroniWatch _ =
          watch(settings(etcd.endpoint(), "root", "secret", HttpsSettings.defaults()))) {
        await(now -> now.isConfirmed() && "node1".equals(now.view().holder()));
      }
    }
  }

  @Test
  void tls_mutual_isSpokenAndAStrangersCertificateRefused() throws Exception {
    X509Bundle authority =
        new CertificateBuilder()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    X509Bundle server =
        new CertificateBuilder()
            .subject("CN=etcd")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority);
    X509Bundle own = new CertificateBuilder().subject("CN=trunkline").buildIssuedBy(authority);
    X509Bundle stranger =
        new CertificateBuilder()
            .subject("CN=stranger")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    String ca = file("ca.crt", authority.getCertificatePEM());
    Path cert = Path.of(file("own.crt", own.getCertificatePEM()));
    Path key = Path.of(file("own.key", own.getPrivateKeyPEM()));
    try (EtcdProcess etcd =
        EtcdProcess.start(
            directory,
            "--cert-file=" + file("server.crt", server.getCertificatePEM()),
            "--key-file=" + file("server.key", server.getPrivateKeyPEM()),
            "--client-cert-auth",
            "--trusted-ca-file=" + ca)) {
      Path others = Path.of(file("stranger.crt", stranger.getCertificatePEM()));
      try (PatroniWatch _ =
          watch(
              settings(etcd.endpoint(), null, null, new HttpsSettings(others, cert, key, null)))) {
        await(now -> now.doubt().equals("etcd has not answered yet"));
      }
      HttpsSettings tls = new HttpsSettings(Path.of(ca), cert, key, null);
      try (PatroniWatch _ = watch(settings(etcd.endpoint(), null, null, tls))) {
        await(Told::isConfirmed);
      }
    }
  }

  /// A password goes over TLS only to who has proved its name.
  @Test
  void tls_withPassword_bothMustBeRight() throws Exception {
    Certificates ours = new Certificates(directory, "ours");
    HttpsSettings server = ours.identity("etcd");
    try (EtcdProcess etcd = EtcdProcess.start(directory)) {
      etcd.put("leader", "node1");
      etcd.demandPassword("secret");
    }
    try (EtcdProcess etcd =
        EtcdProcess.start(
            directory, "--cert-file=" + server.certFile(), "--key-file=" + server.keyFile())) {
      HttpsSettings others = new Certificates(directory, "others").trust();
      try (PatroniWatch _ = watch(settings(etcd.endpoint(), "root", "secret", others))) {
        await(now -> now.doubt().equals("etcd has not answered yet"));
      }
      try (PatroniWatch _ = watch(settings(etcd.endpoint(), "root", "wrong", ours.trust()))) {
        await(now -> now.doubt().equals("etcd has not answered yet"));
      }
      try (PatroniWatch _ = watch(settings(etcd.endpoint(), "root", "secret", ours.trust()))) {
        await(now -> now.isConfirmed() && "node1".equals(now.view().holder()));
      }
    }
  }

  private String file(String name, String content) throws Exception {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private static String member(String host, String more) {
    return "{\"conn_url\":\"postgres://"
        + host
        + ":5432/postgres\",\"api_url\":\"http://"
        + host
        + ":8008/patroni\",\"state\":\"running\",\"role\":\"master\",\"version\":\"3.0.2\""
        + more
        + ",\"xlog_location\":162422920,\"timeline\":24}";
  }

  /// Reads once and then only watches, for an hour.
  private static EtcdSettings hourly(String endpoint) {
    return new EtcdSettings(
        List.of(endpoint),
        null,
        null,
        HttpsSettings.defaults(),
        Duration.ofHours(1),
        Duration.ofSeconds(5));
  }

  private static EtcdSettings settings(
      String endpoint, String user, String password, HttpsSettings tls) {
    return new EtcdSettings(
        List.of(endpoint),
        user,
        password == null ? null : Secret.of(password),
        tls,
        Duration.ofMillis(100),
        Duration.ofMillis(500));
  }

  private PatroniWatch watch(EtcdSettings settings) {
    told = new Told("nobody", PatroniView.NOTHING, "not started", false);
    PatroniWatch watch =
        new PatroniWatch(
            "main",
            settings,
            endpoint -> JetcdEtcd.dial(settings, EtcdProcess.PREFIX, endpoint),
            System::nanoTime,
            new SplittableRandom(1));
    watch.start(now -> told = now);
    return watch;
  }

  private void await(Predicate<Told> wanted) {
    Waits.until("told so", () -> wanted.test(told));
  }
}
