package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.PoolRig.Client;
import io.trunkline.protocol.SqlState;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnConnectionsTest {
  private static final ServerStartup STARTUP = new ServerStartup(Map.of("replication", "true"));

  private final PoolRig rig = new PoolRig(2, PoolRig.DEFAULTS.with("size", 1));

  @AfterEach
  void close() {
    rig.close();
  }

  /// A client that wants a connection for itself alone.
  private static final class Alone extends Client {
    @Override
    protected ServerStartup ownStartup() {
      return STARTUP;
    }
  }

  private <C extends Client> C asks(int loop, C client) {
    rig.shard(loop).lease(client);
    return client;
  }

  private Client shared() {
    Client client = asks(0, new Client());
    rig.accept();
    return client;
  }

  private Alone alone() {
    Alone client = asks(0, new Alone());
    rig.accept();
    return client;
  }

  private void releases(Client client) {
    client.server.release(rig.pool().clock().now());
    rig.runLoops();
  }

  @Test
  void lease_poolEmpty_opensWithItsOwnParameters() {
    Alone client = asks(0, new Alone());
    assertThat(rig.attempts().element().startup()).isEqualTo(STARTUP);
    rig.accept();
    assertThat(client.server).isNotNull();
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void lease_othersIdle_takesTheirPlaceAndNotThem() {
    Client first = shared();
    ServerConnection idle = first.server;
    releases(first);
    Alone client = asks(0, new Alone());
    assertThat(idle.channel().isOpen()).isFalse();
    rig.accept();
    assertThat(client.server).isNotNull().isNotSameAs(idle);
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void lease_idleOnAnotherLoop_takesItsPlace() {
    releases(shared());
    Alone client = asks(1, new Alone());
    rig.runLoops();
    rig.accept();
    assertThat(client.server).isNotNull();
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void lease_poolFull_waitsItsTurnAmongOthers() {
    Client first = shared();
    Client second = asks(0, new Client());
    Alone third = asks(0, new Alone());
    Client fourth = asks(0, new Client());
    releases(first);
    assertThat(second.server).isNotNull();
    assertThat(rig.attempts()).isEmpty();
    releases(second);
    assertThat(rig.attempts()).hasSize(1);
    rig.accept();
    assertThat(third.server).isNotNull();
    assertThat(fourth.server).isNull();
  }

  @Test
  void release_ownConnection_closesItAndMakesRoom() {
    Alone first = alone();
    ServerConnection own = first.server;
    Client next = asks(0, new Client());
    releases(first);
    assertThat(own.channel().isOpen()).isFalse();
    rig.accept();
    assertThat(next.server).isNotNull();
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void withdraw_whileOpening_connectionIsClosedWhenItComes() {
    Alone client = asks(0, new Alone());
    client.withdraw();
    EmbeddedChannel late = rig.accept();
    assertThat(client.server).isNull();
    assertThat(late.isOpen()).isFalse();
    assertThat(rig.pool().open()).isZero();
    assertThat(alone().server).as("the next").isNotNull();
  }

  @Test
  void connectFailed_refused_tellsThisClientAndHoldsUpNobody() {
    Alone client = asks(0, new Alone());
    rig.fail(SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser or replication role");
    assertThat(client.failure.sqlState()).isEqualTo(SqlState.INSUFFICIENT_PRIVILEGE);
    assertThat(rig.pool().open()).isZero();
    assertThat(shared().server).as("at once, without a pause").isNotNull();
  }

  @Test
  void connectFailed_noWalsenderLeft_isFinalWhateverElseIsOpen() {
    PoolRig larger = new PoolRig(1, PoolRig.DEFAULTS.with("size", 2));
    try (larger) {
      larger.shard(0).lease(new Client());
      larger.accept();
      Alone client = new Alone();
      larger.shard(0).lease(client);
      larger.fail(SqlState.TOO_MANY_CONNECTIONS, "number of requested standby connections");
      assertThat(client.failure.sqlState()).isEqualTo(SqlState.TOO_MANY_CONNECTIONS);
    }
  }

  @Test
  void connectFailed_unreachable_waitsOnAndTriesAgainLater() {
    Alone client = asks(0, new Alone());
    rig.fail(null, "could not connect");
    assertThat(client.failure).isNull();
    assertThat(client.isWaiting()).isTrue();
    rig.runLoops();
    assertThat(rig.attempts()).as("not yet").isEmpty();
    rig.passes(Duration.ofSeconds(2).toNanos());
    rig.shard(0).keepHouse(rig.pool().clock().now());
    rig.accept();
    assertThat(client.server).isNotNull();
  }

  @Test
  void rerouteWaiters_whileOpening_sendsItAwayAndClosesWhatComes() {
    Alone client = asks(0, new Alone());
    rig.pool().rerouteWaiters();
    rig.runLoops();
    assertThat(client.rerouted).isTrue();
    assertThat(rig.accept().isOpen()).isFalse();
    assertThat(client.server).isNull();
    assertThat(rig.pool().open()).isZero();
  }

  @Test
  void hangUp_saysGoodbyeAndClosesAtOnce() {
    ServerConnection server = alone().server;
    EmbeddedChannel channel = rig.channel(server);
    server.hangUp("done");
    ByteBuf goodbye = channel.readOutbound();
    assertThat(goodbye.readByte()).isEqualTo((byte) 'X');
    goodbye.release();
    assertThat(channel.isOpen()).isFalse();
    assertThat(rig.cancels()).isEmpty();
    assertThat(rig.pool().open()).isZero();
  }

  @Test
  void cancelAndHangUp_serverBusy_cancelsToo() {
    ServerConnection server = alone().server;
    server.pending().addForwarded(Request.QUERY, null);
    server.cancelAndHangUp("gone");
    assertThat(rig.cancels()).hasSize(1);
    assertThat(server.channel().isOpen()).isFalse();
  }

  @Test
  void cancelAndHangUp_serverListens_needsNoCancel() {
    ServerConnection server = alone().server;
    server.pending().addForwarded(Request.QUERY, null);
    server.copyInBegun();
    server.cancelAndHangUp("gone");
    assertThat(rig.cancels()).isEmpty();
    assertThat(server.channel().isOpen()).isFalse();
  }
}
