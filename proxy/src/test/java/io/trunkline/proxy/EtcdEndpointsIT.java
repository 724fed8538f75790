package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Instances.SOON;
import static io.trunkline.proxy.rig.Instances.V3_0;
import static io.trunkline.proxy.rig.Instances.V3_2;
import static io.trunkline.proxy.rig.Instances.freePort;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EtcdServer;
import io.trunkline.proxy.rig.Authority;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.EtcdOperator;
import io.trunkline.proxy.rig.Instances;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How instances that look for each other reach etcd: by several endpoints, with passwords, by TLS.
class EtcdEndpointsIT {
  @TempDir Path directory;

  private final Instances instances = new Instances();
  private final List<EtcdServer> etcds = new ArrayList<>();

  @BeforeEach
  void needEtcd() {
    Tool.require(List.of("etcd"), ".ci/install-cluster-tools");
  }

  @AfterEach
  void stop() {
    etcds.forEach(EtcdServer::close);
  }

  private EtcdServer etcd(String... options) throws IOException {
    EtcdServer etcd = EtcdServer.start(directory, options);
    etcds.add(etcd);
    return etcd;
  }

  /// @param more settings of `peers.etcd`
  private ProxyServer instance(List<String> endpoints, Map<String, String> more)
      throws IOException {
    int port = freePort();
    StringBuilder etcd = new StringBuilder();
    more.forEach((key, value) -> etcd.append(", ").append(key).append(": ").append(value));
    return instances.start(
        port,
        """
          address: 127.0.0.1:%d
          ttl: 3s
          etcd: { endpoints: %s, interval: 200ms, timeout: 500ms %s }
        """
            .formatted(port, endpoints.stream().map("'%s'"::formatted).toList(), etcd));
  }

  private static int number(ProxyServer proxy) {
    return proxy.wiring().fleet().fleet().self();
  }

  private static void awaitBoth(ProxyServer proxy) {
    Await.until(
        SOON, "it knows both", () -> proxy.wiring().fleet().fleet().instances().size() == 2);
  }

  private void findEachOther(List<String> endpoints, Map<String, String> settings)
      throws Exception {
    try (ProxyServer one = instance(endpoints, settings);
        ProxyServer other = instance(endpoints, settings)) {
      awaitBoth(one);
      awaitBoth(other);
      instances.cancel(one, other, V3_2);
    }
  }

  /// Nobody who asked etcd in vain keeps clients waiting.
  private void servesWithoutANumber(List<String> endpoints, Map<String, String> settings)
      throws Exception {
    try (ProxyServer proxy = instance(endpoints, settings);
        RawClient client = instances.login(proxy, V3_0)) {
      assertThat(number(proxy)).isZero();
      assertThat(client.pid() >>> 24).isZero();
      assertThat(client.query("select 1").value()).isEqualTo("1");
    }
  }

  @Test
  void endpoints_allButOneDead_thatOneServes() throws Exception {
    EtcdServer alive = etcd();

    findEachOther(
        List.of("127.0.0.1:1", "http://127.0.0.1:" + freePort(), alive.endpoint()), Map.of());
  }

  @Test
  void endpoints_ofACluster_oneAfterTheOtherIsLost_theyGoOn() throws Exception {
    etcds.addAll(EtcdServer.startCluster(directory, 3));
    List<String> endpoints = etcds.stream().map(EtcdServer::endpoint).toList();
    try (EtcdOperator operator = new EtcdOperator(etcds.getFirst(), "/")) {
      assertThat(operator.keys()).isEmpty(); // they have elected a leader
    }
    try (ProxyServer one = instance(endpoints, Map.of());
        ProxyServer other = instance(endpoints, Map.of())) {
      awaitBoth(one);
      for (EtcdServer lost : etcds) {
        lost.kill();
        try (ProxyServer third = instance(endpoints, Map.of())) {
          Await.until(SOON, "it has a number", () -> number(third) == 3);
          Await.until(
              SOON,
              "the others know it",
              () -> other.wiring().fleet().fleet().instances().containsKey(3));
          instances.cancel(third, other, V3_0);
        }
        awaitBoth(one);
        lost.restart();
      }
      assertThat(number(one)).isEqualTo(1);
      assertThat(number(other)).isEqualTo(2);
    }
  }

  @Test
  void password_wrong_proxyServesAndRight_theyFindEachOther() throws Exception {
    EtcdServer etcd = etcd();
    try (EtcdOperator operator = new EtcdOperator(etcd, "/")) {
      operator.demandPassword("secret");
    }
    List<String> endpoints = List.of(etcd.endpoint());

    servesWithoutANumber(endpoints, Map.of());
    servesWithoutANumber(endpoints, Map.of("user", "root", "password", "wrong"));
    findEachOther(endpoints, Map.of("user", "root", "password", "secret"));
  }

  /// Who has logged in is not known any more to an etcd that was started again.
  @Test
  void password_etcdRestarted_theyLogInAgainAndKeepTheirNumbers() throws Exception {
    EtcdServer etcd = etcd();
    try (EtcdOperator operator = new EtcdOperator(etcd, "/")) {
      operator.demandPassword("secret");
    }
    List<String> endpoints = List.of(etcd.endpoint());
    Map<String, String> login = Map.of("user", "root", "password", "secret");
    try (ProxyServer one = instance(endpoints, login);
        ProxyServer other = instance(endpoints, login)) {
      awaitBoth(one);

      etcd.kill();
      etcd.restart();

      try (ProxyServer third = instance(endpoints, login)) {
        Await.until(SOON, "it has a number", () -> number(third) == 3);
        Await.until(
            SOON,
            "the others know it",
            () -> other.wiring().fleet().fleet().instances().containsKey(3));
      }
      awaitBoth(one);
      assertThat(number(one)).isEqualTo(1);
      assertThat(number(other)).isEqualTo(2);
    }
  }

  @Test
  void tls_mutual_strangersGetNoNumberAndOursFindEachOther() throws Exception {
    Authority ours = new Authority("ours");
    Authority.write(directory, "server", ours.host("127.0.0.1"));
    Authority.write(directory, "own", ours.user("trunkline"));
    Path roots = ours.writeRoots(directory.resolve("roots.crt"));
    Path others = new Authority("others").writeRoots(directory.resolve("others.crt"));
    EtcdServer etcd =
        etcd(
            "--cert-file=" + directory.resolve("server.crt"),
            "--key-file=" + directory.resolve("server.key"),
            "--client-cert-auth",
            "--trusted-ca-file=" + roots);
    List<String> endpoints = List.of("127.0.0.1:1", etcd.endpoint());

    servesWithoutANumber(endpoints, Map.of("tls", "{ ca_file: %s }".formatted(roots)));
    servesWithoutANumber(endpoints, Map.of("tls", tls(others)));
    findEachOther(endpoints, Map.of("tls", tls(roots)));
  }

  private String tls(Path roots) {
    return "{ ca_file: %s, cert_file: %s, key_file: %s }"
        .formatted(roots, directory.resolve("own.crt"), directory.resolve("own.key"));
  }
}
