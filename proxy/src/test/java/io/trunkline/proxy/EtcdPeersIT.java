package io.trunkline.proxy;

import static io.trunkline.proxy.rig.Instances.SOON;
import static io.trunkline.proxy.rig.Instances.V3_0;
import static io.trunkline.proxy.rig.Instances.V3_2;
import static io.trunkline.proxy.rig.Instances.freePort;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.embedded.EtcdServer;
import io.trunkline.proxy.peers.Fleet;
import io.trunkline.proxy.rig.Answer;
import io.trunkline.proxy.rig.Await;
import io.trunkline.proxy.rig.Configured;
import io.trunkline.proxy.rig.EtcdOperator;
import io.trunkline.proxy.rig.Instances;
import io.trunkline.proxy.rig.RawClient;
import io.trunkline.proxy.rig.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Instances that find each other in a real etcd, which fails in all the ways it can.
class EtcdPeersIT {
  private static final String PREFIX = "/fleet/a/";

  @TempDir Path directory;

  private final Instances instances = new Instances();
  private EtcdServer etcd;
  private EtcdOperator operator;

  @BeforeEach
  void startEtcd() throws Exception {
    Tool.require(List.of("etcd"), ".ci/install-cluster-tools");
    etcd = EtcdServer.start(directory);
    operator = new EtcdOperator(etcd, PREFIX);
    assertThat(operator.keys()).isEmpty(); // one killed before its first election never has any
  }

  @AfterEach
  void stopEtcd() {
    operator.close();
    etcd.close();
  }

  private ProxyServer instance(int port, String more) {
    return instances.start(
        port,
        """
          address: 127.0.0.1:%d
          ttl: 3s
          prefix: /fleet/a
          etcd: { endpoints: ['%s'], interval: 200ms, timeout: 500ms }
        %s
        """
            .formatted(port, etcd.endpoint(), more));
  }

  private ProxyServer instance(int port) {
    return instance(port, "");
  }

  private ProxyServer numbered(int self, int port) {
    return instance(port, "  self: " + self);
  }

  private static Fleet fleet(ProxyServer proxy) {
    return proxy.wiring().fleet().fleet();
  }

  private static void await(String what, ProxyServer proxy, Predicate<Fleet> as) {
    Await.until(SOON, what, () -> as.test(fleet(proxy)));
  }

  private static Predicate<Fleet> knows(int... numbers) {
    return fleet -> {
      for (int number : numbers) {
        if (!fleet.instances().containsKey(number)) {
          return false;
        }
      }
      return fleet.instances().size() == numbers.length;
    };
  }

  private static Predicate<Fleet> is(int number) {
    return fleet -> fleet.self() == number;
  }

  @ParameterizedTest
  @ValueSource(ints = {V3_0, V3_2})
  void cancel_atTheOtherInstance_reachesTheQuery(int version) throws Exception {
    try (ProxyServer one = instance(freePort());
        ProxyServer other = instance(freePort())) {
      assertThat(fleet(one).self()).isEqualTo(1); // since it listens
      assertThat(fleet(other).self()).isEqualTo(2);

      await("it knows both", other, knows(1, 2));
      instances.cancel(one, other, version);
      await("it knows both", one, knows(1, 2));
      instances.cancel(other, one, version);
    }
    assertThat(operator.keys()).isEmpty(); // who stops takes its lease along
  }

  @Test
  void instances_comeAndGo_areKnownAndForgotten() throws Exception {
    try (ProxyServer one = instance(freePort());
        ProxyServer _ = instance(freePort())) {
      try (ProxyServer third = instance(freePort())) {
        assertThat(fleet(third).self()).isEqualTo(3);
        await("three", one, knows(1, 2, 3));
      }
      await("two", one, knows(1, 2));
      try (ProxyServer fourth = instance(freePort())) {
        assertThat(fleet(fourth).self()).isEqualTo(3);
        await("three again", one, knows(1, 2, 3));
      }
    }
  }

  @Test
  void console_showPeers_showsThemAndWhereTheyAreKnownFrom() throws Exception {
    int port = freePort();
    try (ProxyServer one = instance(port);
        ProxyServer other = numbered(9, freePort())) {
      await("both", one, knows(1, 9));
      try (RawClient console = instances.console(one)) {
        Answer peers = console.query("show peers");
        assertThat(peers.rows())
            .containsExactly(
                List.of("1", "127.0.0.1", port + "", "0", "etcd", "yes"),
                List.of("9", "127.0.0.1", Configured.port(other, 0) + "", "0", "etcd", "no"));
      }
    }
  }

  @Test
  void number_ofAnother_isWaitedFor() throws Exception {
    ProxyServer first = numbered(5, freePort());
    try (ProxyServer second = numbered(5, freePort())) {
      assertThat(fleet(second).self()).isZero();
      try (RawClient client = instances.login(second, V3_0)) {
        assertThat(client.pid() >>> 24).isZero();
      }

      first.close();

      await("the number is free", second, is(5));
      try (RawClient client = instances.login(second, V3_0)) {
        assertThat(client.pid() >>> 24).isEqualTo(5);
      }
    } finally {
      first.close();
    }
  }

  /// A process that was killed leaves its key behind until its lease runs out.
  @Test
  void number_ofAnEarlierProcessAtTheSameAddress_isTakenOver() throws Exception {
    int port = freePort();
    operator.put("3", "127.0.0.1:%d 00ff".formatted(port));
    try (ProxyServer again = instance(port)) {
      assertThat(fleet(again).self()).isEqualTo(3);
    }
    operator.put("4", "127.0.0.1:%d 00ff".formatted(port));
    try (ProxyServer again = numbered(4, port)) {
      assertThat(fleet(again).self()).isEqualTo(4);
    }
  }

  @Test
  void etcd_notThereAtTheStart_isFollowedLater() throws Exception {
    etcd.kill();
    try (ProxyServer one = instance(freePort());
        ProxyServer other = instance(freePort())) {
      assertThat(fleet(one).self()).isZero();
      try (RawClient client = instances.login(one, V3_2)) {
        assertThat(client.pid() >>> 24).isZero();
        assertThat(client.query("select 1").value()).isEqualTo("1");
      }

      etcd.restart();

      await("it has a number", one, fleet -> fleet.self() > 0 && knows(1, 2).test(fleet));
      await("so has the other", other, fleet -> fleet.self() > 0 && knows(1, 2).test(fleet));
      instances.cancel(one, other, V3_2);
    }
  }

  @Test
  void etcd_killedAndBackAfterACompaction_changesNothingAndIsReadAnew() throws Exception {
    try (ProxyServer one = instance(freePort());
        ProxyServer other = instance(freePort())) {
      await("both", one, knows(1, 2));
      await("both", other, knows(1, 2));

      etcd.kill();
      instances.cancel(one, other, V3_0);

      etcd.restart();
      for (int i = 0; i < 20; i++) {
        operator.put("7", "127.0.0.1:%d 00ff".formatted(1000 + i));
      }
      operator.compact();
      await("what came meanwhile", one, knows(1, 2, 7));
      operator.delete("7");
      await("what comes now", one, knows(1, 2));
      await("they kept their numbers", one, is(1));
      await("they kept their numbers", other, is(2));
      instances.cancel(other, one, V3_0);
    }
  }

  @Test
  void etcd_frozen_changesNothing() throws Exception {
    try (ProxyServer one = instance(freePort());
        ProxyServer other = instance(freePort())) {
      await("both", other, knows(1, 2));
      etcd.freeze();
      instances.cancel(one, other, V3_0);
      etcd.thaw();
      try (ProxyServer third = instance(freePort())) {
        await("it goes on", third, is(3));
        await("it goes on", one, knows(1, 2, 3));
      }
    }
  }

  @Test
  void lease_lost_sameNumberIsTakenAgain() throws Exception {
    try (ProxyServer one = instance(freePort());
        RawClient client = instances.login(one, V3_0)) {
      String before = operator.value("1");

      operator.revokeLeaseOf("1");

      Await.until(SOON, "its key is there again", () -> operator.keys().equals(List.of("1")));
      assertThat(operator.value("1")).isEqualTo(before);
      assertThat(fleet(one).self()).isEqualTo(1);
      assertThat(client.query("select 1").value()).isEqualTo("1");

      operator.delete("1"); // the lease lives
      Await.until(SOON, "its key is there again", () -> operator.keys().equals(List.of("1")));
    }
  }

  @Test
  void number_takenByAnother_anotherIsTakenAndOldKeysStayOwn() throws Exception {
    try (ProxyServer one = instance(freePort());
        RawClient before = instances.login(one, V3_0)) {
      assertThat(before.pid() >>> 24).isEqualTo(1);

      operator.put("1", "10.0.0.9:5432 00ff");

      await("another number", one, is(2));
      assertThat(fleet(one).instances().get(1)).hasToString("10.0.0.9:5432");
      try (RawClient after = instances.login(one, V3_0)) {
        assertThat(after.pid() >>> 24).isEqualTo(2);
      }
      instances.cancel(before, one, V3_0);
    }
  }

  @Test
  void keys_thatAreNonsense_areIgnored() throws Exception {
    operator.put("", "nothing");
    operator.put("0", "127.0.0.1:1 a");
    operator.put("128", "127.0.0.1:1 a");
    operator.put("1", "{\"address\": \"127.0.0.1:1\"}");
    operator.put("2", "x".repeat(100_000));
    operator.put("3", "/tmp:5432 a");
    operator.put("5", "10.0.0.5:5432 a b c");
    operator.put("6", "10.0.0.6:70000 a");
    operator.put("a\nb" + "c".repeat(1000), "10.0.0.5:5432 a");
    try (ProxyServer one = instance(freePort())) {
      assertThat(fleet(one).self()).isEqualTo(4);
      assertThat(fleet(one).instances().keySet()).containsExactly(4, 5);
      for (int i = 0; i < 300; i++) {
        operator.put("junk" + i, "junk");
      }
      operator.put("2", "10.0.0.2:5432 a");
      await("what makes sense is known", one, knows(2, 4, 5));
    }
  }

  /// With the id it had before, and lower revisions.
  @Test
  void etcd_lostAndMadeAnew_theyKeepTheirNumbersAndFindEachOtherAgain() throws Exception {
    try (ProxyServer one = instance(freePort());
        ProxyServer other = instance(freePort())) {
      for (int i = 0; i < 30; i++) {
        operator.put("7", "127.0.0.1:%d 00ff".formatted(1000 + i));
      }
      await("all", one, knows(1, 2, 7));

      etcd.makeAnew("etcd-cluster");

      await("who is there", one, knows(1, 2));
      await("who is there", other, knows(1, 2));
      assertThat(fleet(one).self()).isEqualTo(1);
      assertThat(fleet(other).self()).isEqualTo(2);
      try (ProxyServer third = instance(freePort())) {
        await("it goes on", one, knows(1, 2, 3));
        instances.cancel(third, one, V3_2);
      }
    }
  }
}
