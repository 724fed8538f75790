package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.PoolRig.Client;
import io.trunkline.pool.PoolRig.Listener;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.TransactionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolShardTest {
  private static final byte[] READY = PoolRig.message('Z', "I");
  private static final byte[] STRAY = PoolRig.message('C', "SELECT 1\0");
  private static final long OVERTAKEN = ServerPool.OVERTAKE_NANOS + 1;

  private final PoolRig rig = new PoolRig(2, PoolRig.DEFAULTS.with("size", 1));

  @AfterEach
  void close() {
    rig.close();
  }

  private Client asks(int loop) {
    Client client = new Client();
    rig.shard(loop).lease(client);
    return client;
  }

  private void releases(Client client) {
    client.server.release(rig.pool().clock().now());
    rig.runLoops();
  }

  private Client leased() {
    Client client = asks(0);
    rig.accept();
    return client;
  }

  @Test
  void lease_poolEmpty_opensOneAndGrantsIt() {
    Client client = asks(0);
    assertThat(client.isWaiting()).isTrue();
    assertThat(rig.attempts()).hasSize(1);
    rig.accept();
    assertThat(client.server).isNotNull();
    assertThat(client.isWaiting()).isFalse();
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void lease_poolFull_waitsInOrder() {
    Client first = leased();
    Client second = asks(0);
    Client third = asks(0);
    assertThat(rig.attempts()).isEmpty();
    releases(first);
    assertThat(second.server).isNotNull();
    assertThat(third.server).isNull();
    releases(second);
    assertThat(third.server).isNotNull();
  }

  /// They waited for the housekeeping before.
  @Test
  void lease_attemptsAtTheirBound_areMadeAsOthersEnd() {
    try (PoolRig one =
        new PoolRig(2, PoolRig.DEFAULTS.with("size", 2).with("connect_parallel", 1))) {
      one.shard(0).lease(new Client());
      one.shard(1).lease(new Client());
      assertThat(one.attempts()).hasSize(1);
      one.accept();
      one.runLoops();
      assertThat(one.attempts()).hasSize(1);
    }
  }

  @Test
  void withdraw_waiting_leavesTheQueue() {
    Client first = leased();
    Client second = asks(0);
    Client third = asks(0);
    second.withdraw();
    second.withdraw();
    releases(first);
    assertThat(second.server).isNull();
    assertThat(third.server).isNotNull();
  }

  @Test
  void release_longerWaiterElsewhere_movesThere() {
    Client first = leased();
    Client other = asks(1);
    rig.passes(OVERTAKEN);
    Client own = asks(0);
    releases(first);
    assertThat(other.server).isNotNull();
    assertThat(own.server).isNull();
    assertThat(rig.connections(1)).isEqualTo(1);
    assertThat(rig.connections(0)).isZero();
    releases(other);
    assertThat(own.server).as("and back").isNotNull();
  }

  /// As after a hold: all ask at once, loop by loop, and have waited for different times. The
  /// second loop waited until the queue of the first was empty.
  @Test
  void lease_clientsOfTwoLoopsWereHeld_areServedInTheOrderTheyCame() {
    List<Client> came = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Client client = new Client();
      client.wantedSince = rig.pool().clock().now() - (20 - i) * OVERTAKEN;
      came.add(client);
    }
    for (int loop = 0; loop < 2; loop++) {
      for (int i = loop; i < came.size(); i += 2) {
        rig.shard(loop).lease(came.get(i));
      }
    }
    rig.accept();
    rig.runLoops();
    for (int i = 0; i < came.size(); i++) {
      Client next = came.get(i);
      assertThat(next.server).as("client %d", i).isNotNull();
      assertThat(came.subList(i + 1, came.size())).allMatch(client -> client.server == null);
      releases(next);
    }
  }

  /// Its place was behind whoever had come to the queue before.
  @Test
  void lease_heldBeforeAnotherCame_isServedBeforeIt() {
    Client first = leased();
    Client came = asks(0);
    Client held = new Client();
    held.wantedSince = rig.pool().clock().now() - 1;
    rig.shard(0).lease(held);
    releases(first);
    assertThat(held.server).isNotNull();
    assertThat(came.server).isNull();
  }

  @Test
  void release_waiterElsewhereJustAsLong_staysHere() {
    Client first = leased();
    Client other = asks(1);
    Client own = asks(0);
    releases(first);
    assertThat(own.server).isNotNull();
    assertThat(other.server).isNull();
  }

  @Test
  void lease_idleElsewhere_isFetched() {
    releases(leased());
    assertThat(rig.pool().idle()).isEqualTo(1);
    Client other = asks(1);
    rig.runLoops();
    assertThat(other.server).isNotNull();
    assertThat(rig.pool().idle()).isZero();
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void move_serverHangsUpOnTheWay_givesItsPlaceBack() {
    Client first = leased();
    Client other = asks(1);
    rig.passes(OVERTAKEN);
    EmbeddedChannel channel = rig.channel(first.server);
    first.server.release(rig.pool().clock().now());
    first.server.close("hung up on the way");
    assertThat(channel.isOpen()).isFalse();
    rig.runLoops();
    assertThat(rig.pool().open()).as("only the attempt for the waiter").isEqualTo(1);
    assertThat(rig.attempts()).as("a new one for the waiter").hasSize(1);
    rig.accept();
    assertThat(other.server).isNotNull();
  }

  @Test
  void move_brokenProtocolBehindTheAnswer_givesItsPlaceBack() {
    AtomicReference<Client> itself = new AtomicReference<>();
    Client first =
        new Client(
            new Listener() {
              @Override
              public void onCycleEnd(TransactionStatus status) {
                itself.get().server.release(rig.pool().clock().now());
              }
            });
    itself.set(first);
    rig.shard(0).lease(first);
    rig.accept();
    Client other = asks(1);
    rig.passes(OVERTAKEN);
    first.server.pending().addForwarded(Request.QUERY, null);
    rig.channel(first.server).writeInbound(PoolRig.bytes(READY, STRAY));
    rig.runLoops();
    assertThat(rig.pool().open()).isEqualTo(1);
    rig.accept();
    assertThat(other.server).isNotNull();
  }

  @Test
  void release_cancelUnderWay_waitsForItsEnd() {
    Client first = leased();
    Client second = asks(0);
    first.server.cancel(() -> {});
    releases(first);
    assertThat(second.server).as("a late cancel would hit it").isNull();
    rig.cancels().remove().run();
    assertThat(second.server).isNotNull();
  }

  @Test
  void releaseAndReset_isGrantedOnceTheServerIsClean() {
    Client first = leased();
    Client second = asks(0);
    first.server.releaseAndReset(rig.pool().clock().now());
    assertThat(second.server).isNull();
    rig.channel(first.server)
        .writeInbound(PoolRig.bytes(PoolRig.message('C', "DISCARD ALL\0"), READY));
    assertThat(second.server).isSameAs(first.server);
  }

  @Test
  void releaseAndReset_thatFails_costsTheConnection() {
    Client first = leased();
    Client second = asks(0);
    first.server.releaseAndReset(rig.pool().clock().now());
    rig.channel(first.server)
        .writeInbound(PoolRig.bytes(PoolRig.message('E', "C42501\0\0"), READY));
    assertThat(first.server.channel().isOpen()).isFalse();
    rig.runLoops();
    rig.accept();
    assertThat(second.server).isNotNull().isNotSameAs(first.server);
  }

  @Test
  void release_retired_isClosedAndReplaced() {
    Client first = leased();
    Client second = asks(0);
    first.server.retire("for a test");
    releases(first);
    assertThat(first.server.channel().isOpen()).isFalse();
    rig.accept();
    assertThat(second.server).isNotNull();
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void connectFailed_finally_tellsWhoWaits() {
    Client client = asks(0);
    rig.fail(SqlState.INVALID_PASSWORD, "no");
    assertThat(client.failure.sqlState()).isEqualTo(SqlState.INVALID_PASSWORD);
    assertThat(client.isWaiting()).isFalse();
    assertThat(rig.pool().open()).isZero();
  }

  @Test
  void connectFailed_unreachable_waitsOnAndTriesAgainLater() {
    Client client = asks(0);
    rig.fail(null, "refused");
    assertThat(client.isWaiting()).isTrue();
    rig.shard(0).keepHouse(rig.pool().clock().now());
    assertThat(rig.attempts()).as("not at once").isEmpty();
    rig.passes(rig.pool().settings().loginRetry().toNanos());
    rig.shard(0).keepHouse(rig.pool().clock().now());
    rig.accept();
    assertThat(client.server).isNotNull();
  }

  @Test
  void pause_holdsEverybodyUntilResume() {
    rig.pool().pause();
    Client client = asks(0);
    assertThat(rig.attempts()).isEmpty();
    rig.pool().resume();
    rig.runLoops();
    rig.accept();
    assertThat(client.server).isNotNull();
  }

  @Test
  void rerouteWaiters_sendsThemAway() {
    leased();
    Client second = asks(0);
    rig.pool().rerouteWaiters();
    rig.runLoops();
    assertThat(second.rerouted).isTrue();
    assertThat(second.isWaiting()).isFalse();
  }

  @Test
  void keepHouse_idleForTooLong_isClosed() {
    releases(leased());
    rig.passes(rig.pool().settings().serverIdleTimeout().toNanos() - 1);
    rig.shard(0).keepHouse(rig.pool().clock().now());
    assertThat(rig.pool().open()).isEqualTo(1);
    rig.passes(1);
    rig.shard(0).keepHouse(rig.pool().clock().now());
    assertThat(rig.pool().open()).isZero();
  }
}
