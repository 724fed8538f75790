package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.PoolRig.Client;
import io.trunkline.routing.Member;
import io.trunkline.settings.HostPort;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolRegistryTest {
  private static final Member FIRST = Member.unseen("m1", new HostPort("127.0.0.1", 1));
  private static final Member SECOND = Member.unseen("m2", new HostPort("127.0.0.1", 2));

  private final PoolRig rig = new PoolRig(1, PoolRig.DEFAULTS);
  private final EmbeddedChannel home = new EmbeddedChannel();
  private final PoolRegistry registry =
      new PoolRegistry(
          new PoolParts(
              List.of(home.eventLoop()),
              rig,
              rig.pool().clock(),
              true,
              cluster -> cluster.equals("bounded") ? 1 : 0,
              suspect -> {}));

  @AfterEach
  void close() {
    rig.close();
    home.finishAndReleaseAll();
  }

  private Client asks(String cluster, Member member, String database, String user) {
    var key = new PoolKey(cluster, member.name(), database, user);
    Client client = new Client();
    registry.pool(key, member, PoolSettings.defaults()).shard(0).lease(client);
    return client;
  }

  private void runLoops() {
    rig.runLoops();
    home.runPendingTasks();
  }

  @Test
  void pool_memberFull_waitsWhateverItsDatabaseAndUser() {
    Client first = asks("bounded", FIRST, "a", "u");
    rig.accept();
    Client second = asks("bounded", FIRST, "b", "v");
    assertThat(rig.attempts()).isEmpty();
    assertThat(second.isWaiting()).isTrue();
    first.server.close("done");
    runLoops();
    rig.accept();
    assertThat(second.server).isNotNull();
  }

  @Test
  void pool_memberFullOfIdle_oneMakesRoom() {
    Client first = asks("bounded", FIRST, "a", "u");
    rig.accept();
    first.server.release(rig.pool().clock().now());
    Client second = asks("bounded", FIRST, "b", "v");
    runLoops();
    runLoops();
    assertThat(first.server.isOpen()).isFalse();
    rig.accept();
    assertThat(second.server).isNotNull();
  }

  @Test
  void pool_otherMemberOrCluster_hasABoundOfItsOwn() {
    asks("bounded", FIRST, "a", "u");
    asks("bounded", SECOND, "a", "u");
    asks("free", FIRST, "a", "u");
    asks("free", FIRST, "b", "u");
    assertThat(rig.attempts()).hasSize(4);
  }
}
