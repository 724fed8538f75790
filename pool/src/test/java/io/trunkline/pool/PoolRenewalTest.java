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

/// Pools with connections when the configuration becomes another.
class PoolRenewalTest {
  private static final Member MEMBER = Member.unseen("m1", new HostPort("127.0.0.1", 1));
  private static final PoolKey KEY = new PoolKey("free", "m1", "a", "u");
  private static final PoolSettings BEFORE = PoolSettings.defaults();

  private final PoolRig rig = new PoolRig(1, PoolRig.DEFAULTS);
  private final EmbeddedChannel home = new EmbeddedChannel();
  private final PoolRegistry registry =
      new PoolRegistry(
          new PoolParts(
              List.of(home.eventLoop()),
              rig,
              rig.pool().clock(),
              true,
              cluster -> 0,
              suspect -> {}));

  /// What the configuration says of those who entered by [#enters].
  private PoolSettings now = BEFORE;

  @AfterEach
  void close() {
    rig.close();
    home.finishAndReleaseAll();
  }

  private static PoolSettings with(String name, Object value) {
    return BEFORE.with(PoolRig.DEFAULTS.with(name, value));
  }

  private ServerPool enters() {
    return registry.enter(KEY, MEMBER, now, _ -> now);
  }

  private void becomes(String name, Object value) {
    now = with(name, value);
    registry.renew();
    runLoops();
  }

  private void runLoops() {
    rig.runLoops();
    home.runPendingTasks();
  }

  private Client asks(ServerPool pool) {
    Client client = new Client();
    pool.shard(0).lease(client);
    return client;
  }

  private Client leased(ServerPool pool) {
    Client client = asks(pool);
    rig.accept();
    return client;
  }

  private void release(Client client) {
    client.server.release(rig.pool().clock().now());
  }

  private void passes(Duration time) {
    rig.passes(time.toNanos());
    registry.keepHouse(0, rig.pool().clock().now());
  }

  private static boolean isOpen(Client client) {
    return client.server.channel().isOpen();
  }

  @Test
  void renew_otherSettings_samePoolWithItsConnections() {
    ServerPool pool = enters();
    Client client = leased(pool);
    becomes("size", 3);
    assertThat(pool.settings()).isEqualTo(now.ofServers());
    assertThat(isOpen(client)).isTrue();
    assertThat(enters()).isSameAs(pool);
    assertThat(registry.enter(KEY, MEMBER, BEFORE)).isNotSameAs(pool);
  }

  @Test
  void renew_sameSettings_nothingHappens() {
    ServerPool pool = enters();
    Client client = leased(pool);
    becomes("query_timeout", Duration.ofSeconds(1)); // which is no pool's
    assertThat(pool.settings()).isEqualTo(BEFORE.ofServers());
    assertThat(client.server.retirement()).isNull();
  }

  /// Another pool has those settings already: there are never two of a kind.
  @Test
  void renew_settingsOfAnotherPool_itsConnectionsEnd() {
    ServerPool pool = enters();
    Client idle = leased(pool);
    Client busy = leased(pool);
    release(idle);
    ServerPool other = registry.enter(KEY, MEMBER, with("size", 3));
    becomes("size", 3);
    assertThat(enters()).isSameAs(other);
    assertThat(isOpen(idle)).isFalse();
    release(busy);
    assertThat(isOpen(busy)).isFalse();
  }

  @Test
  void renew_largerSize_servesWhoWaits() {
    now = with("size", 1);
    ServerPool pool = enters();
    leased(pool);
    Client second = asks(pool);
    assertThat(rig.attempts()).isEmpty();
    becomes("size", 2);
    rig.accept();
    assertThat(second.server).isNotNull();
  }

  @Test
  void renew_smallerSize_closesWhatIsTooMuchAndNoMore() {
    ServerPool pool = enters();
    Client first = leased(pool);
    Client second = leased(pool);
    Client third = leased(pool);
    release(first);
    becomes("size", 1);
    passes(Duration.ofMillis(200));
    assertThat(isOpen(first)).isFalse();
    release(second);
    assertThat(isOpen(second)).isFalse();
    release(third);
    passes(Duration.ofMillis(200));
    assertThat(isOpen(third)).isTrue();
    assertThat(pool.open()).isOne();
  }

  @Test
  void renew_boundOfTheDatabase_holdsForConnectionsToCome() {
    ServerPool pool = enters();
    leased(pool);
    becomes("max_db_connections", 1);
    Client second = asks(pool);
    assertThat(rig.attempts()).isEmpty();
    becomes("max_db_connections", 0);
    rig.accept();
    assertThat(second.server).isNotNull();
  }

  @Test
  void renew_boundOfTheUser_holdsForConnectionsToCome() {
    ServerPool pool = enters();
    leased(pool);
    becomes("max_user_connections", 1);
    asks(pool);
    assertThat(rig.attempts()).isEmpty();
  }

  @Test
  void renew_lifetime_holdsForConnectionsThatAreHere() {
    ServerPool pool = enters();
    Client client = leased(pool);
    release(client);
    passes(Duration.ofSeconds(10));
    assertThat(isOpen(client)).isTrue();
    becomes("server_lifetime", Duration.ofSeconds(10));
    passes(Duration.ZERO);
    assertThat(isOpen(client)).isFalse();
  }

  @Test
  void renew_checkDelay_holdsForConnectionsThatAreHere() {
    ServerPool pool = enters();
    Client client = leased(pool);
    release(client);
    passes(Duration.ofSeconds(10));
    becomes("check_delay", Duration.ofSeconds(9));
    Client next = asks(pool);
    assertThat(next.server).as("it is asked first whether it lives").isNull();
  }

  @Test
  void renew_loginRetry_countsFromTheLastFailure() {
    now = with("login_retry", Duration.ofMinutes(1));
    ServerPool pool = enters();
    asks(pool);
    rig.fail(null, "refused");
    passes(Duration.ofSeconds(5));
    assertThat(pool.backingOff()).isTrue();
    becomes("login_retry", Duration.ofSeconds(5));
    assertThat(pool.backingOff()).isFalse();
  }

  @Test
  void renew_clientsGone_poolIsRenewedAllTheSame() {
    ServerPool pool = enters();
    Client client = leased(pool);
    release(client);
    pool.leave();
    becomes("server_idle_timeout", Duration.ofSeconds(1));
    passes(Duration.ofSeconds(1));
    assertThat(isOpen(client)).isFalse();
  }

  @Test
  void renew_cancelWaitTimeout_isThatOfThePool() {
    ServerPool pool = enters();
    becomes("cancel_wait_timeout", Duration.ofSeconds(3));
    assertThat(pool.settings().cancelWaitTimeout()).isEqualTo(Duration.ofSeconds(3));
  }
}
