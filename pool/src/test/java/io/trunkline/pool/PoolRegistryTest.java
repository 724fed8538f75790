package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.PoolRig.Client;
import io.trunkline.routing.Member;
import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolRegistryTest {
  private static final Member FIRST = Member.unseen("m1", new HostPort("127.0.0.1", 1));
  private static final Member SECOND = Member.unseen("m2", new HostPort("127.0.0.1", 2));

  private static final PoolKey KEY = new PoolKey("free", "m1", "a", "u");

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
    registry.enter(key, member, PoolSettings.defaults()).shard(0).lease(client);
    return client;
  }

  private static PoolSettings settings(String name, Object value) {
    return PoolSettings.defaults().with(PoolRig.DEFAULTS.with(name, value));
  }

  private ServerPool enters(PoolSettings settings) {
    return registry.enter(KEY, FIRST, settings);
  }

  private void passes(Duration time) {
    rig.passes(time.toNanos());
    registry.keepHouse(0, rig.pool().clock().now());
  }

  private void runLoops() {
    rig.runLoops();
    home.runPendingTasks();
  }

  /// Such a pool stayed paused for good: the operator's command had passed it by, and what it had
  /// said before was still obeyed.
  @Test
  void enter_resumedWhileAsking_isNotPaused() {
    registry.pauseOnly(key -> {
      registry.pauseOnly(_ -> false);
      return true;
    });
    assertThat(enters(PoolSettings.defaults()).paused()).isFalse();
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
    assertThat(first.server.channel().isOpen()).isFalse();
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

  /// Whoever chooses among members asks for these.
  @Test
  void poolsOf_member_areThoseThatHaveNotEnded() {
    asks("bounded", FIRST, "a", "u");
    asks("bounded", SECOND, "a", "u");
    ServerPool left = enters(PoolSettings.defaults());
    assertThat(registry.poolsOf(KEY.cluster(), FIRST.name())).contains(left);
    assertThat(registry.pools())
        .allSatisfy(pool ->
            assertThat(registry.poolsOf(pool.key().cluster(), pool.key().member())).contains(pool));
    assertThat(registry.load("bounded", SECOND.name(), 0)).isOne();
    assertThat(registry.load("free", SECOND.name(), 0)).isZero();
    left.leave();
    passes(ServerPool.QUIET);
    assertThat(registry.poolsOf(KEY.cluster(), FIRST.name())).doesNotContain(left);
  }

  @Test
  void enter_otherSettings_isAnotherPool() {
    ServerPool pool = enters(PoolSettings.defaults());
    assertThat(enters(settings("size", 3))).isNotSameAs(pool);
    assertThat(enters(settings("reset_query", "SELECT 1"))).isNotSameAs(pool);
    assertThat(enters(PoolSettings.defaults())).isSameAs(pool);
    assertThat(registry.pools())
        .extracting(found -> found.settings().size())
        .containsExactlyInAnyOrder(20, 3, 20);
  }

  @Test
  void enter_otherTimeForClients_isTheSamePool() {
    ServerPool pool = enters(PoolSettings.defaults());
    assertThat(enters(settings("query_timeout", Duration.ofSeconds(7)))).isSameAs(pool);
    assertThat(enters(settings("query_wait_timeout", Duration.ofSeconds(7)))).isSameAs(pool);
  }

  @Test
  void keepHouse_poolLeftForLong_ends() {
    ServerPool pool = enters(PoolSettings.defaults());
    pool.leave();
    passes(ServerPool.QUIET.minusNanos(1));
    assertThat(registry.pools()).containsExactly(pool);
    passes(Duration.ofNanos(1));
    assertThat(registry.pools()).isEmpty();
    assertThat(registry.limitCount()).isZero();
    assertThat(pool.tryOpen(0)).as("it opens nothing any more").isFalse();
  }

  @Test
  void keepHouse_sessionStillThere_keepsThePool() {
    ServerPool pool = enters(PoolSettings.defaults());
    enters(PoolSettings.defaults());
    pool.leave();
    passes(ServerPool.QUIET.multipliedBy(10));
    assertThat(registry.pools()).containsExactly(pool);
  }

  @Test
  void keepHouse_connectionOpen_keepsThePoolUntilItHasClosed() {
    Client client = asks("free", FIRST, "a", "u");
    rig.accept();
    client.server.release(rig.pool().clock().now());
    ServerPool pool = registry.pools().iterator().next();
    pool.leave();
    Duration idleMax = pool.settings().serverIdleTimeout();
    passes(idleMax.minusNanos(1));
    assertThat(registry.pools()).containsExactly(pool);
    passes(Duration.ofNanos(1));
    assertThat(client.server.channel().isOpen()).isFalse();
    assertThat(registry.pools()).containsExactly(pool);
    passes(ServerPool.QUIET);
    assertThat(registry.pools()).isEmpty();
  }

  @Test
  void keepHouse_minSizeWithoutSession_opensNothing() {
    ServerPool pool = enters(settings("min_size", 2));
    passes(Duration.ofSeconds(1));
    assertThat(rig.attempts()).hasSize(1);
    rig.accept();
    pool.leave();
    passes(Duration.ofSeconds(1));
    assertThat(rig.attempts()).isEmpty();
    passes(pool.settings().serverIdleTimeout());
    passes(ServerPool.QUIET);
    assertThat(registry.pools()).isEmpty();
  }

  @Test
  void enter_afterTheEnd_isANewPoolThatServes() {
    ServerPool old = enters(PoolSettings.defaults());
    old.leave();
    passes(ServerPool.QUIET);
    ServerPool pool = enters(PoolSettings.defaults());
    assertThat(pool).isNotSameAs(old);
    Client client = new Client();
    pool.shard(0).lease(client);
    rig.accept();
    assertThat(client.server).isNotNull();
    assertThat(registry.limitCount()).isEqualTo(3);
  }

  @Test
  void enter_memberBoundOfPoolsWithOtherSettings_countsThemTogether() {
    var key = new PoolKey("bounded", "m1", "a", "u");
    registry.enter(key, FIRST, PoolSettings.defaults()).shard(0).lease(new Client());
    rig.accept();
    Client second = new Client();
    registry.enter(key, FIRST, settings("size", 3)).shard(0).lease(second);
    assertThat(second.isWaiting()).isTrue();
    assertThat(rig.attempts()).isEmpty();
  }

  @Test
  void enter_paused_theNewPoolIsPausedToo() {
    registry.pauseOnly(KEY::equals);
    assertThat(enters(settings("size", 3)).paused()).isTrue();
    registry.pauseOnly(_ -> false);
    assertThat(registry.pools()).noneMatch(ServerPool::paused);
  }
}
