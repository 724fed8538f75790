package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.PoolRig.Client;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdleChecksTest {
  private static final byte[] READY = PoolRig.message('Z', "I");
  private static final byte[] EMPTY_ANSWER = PoolRig.message('I', "");
  private static final byte[] ERROR = PoolRig.message('E', "SFATAL\0C57P01\0\0");
  private static final long LONG = Duration.ofSeconds(31).toNanos();

  private PoolRig rig = new PoolRig(2, PoolRig.DEFAULTS.with("size", 2));

  @AfterEach
  void close() {
    rig.close();
  }

  private Client asks(int loop) {
    Client client = new Client();
    rig.shard(loop).lease(client);
    return client;
  }

  private Client leased() {
    Client client = asks(0);
    rig.accept();
    return client;
  }

  private void releases(Client client) {
    client.server.release(rig.pool().clock().now());
    rig.runLoops();
  }

  /// Opens this many connections and leaves them idle.
  private EmbeddedChannel[] idle(int count) {
    Client[] clients = new Client[count];
    EmbeddedChannel[] channels = new EmbeddedChannel[count];
    for (int i = 0; i < count; i++) {
      clients[i] = leased();
      channels[i] = rig.channel(clients[i].server);
    }
    for (Client client : clients) {
      releases(client);
    }
    return channels;
  }

  private static String sent(EmbeddedChannel channel) {
    ByteBuf out = channel.readOutbound();
    if (out == null) {
      return "";
    }
    String text = out.toString(StandardCharsets.UTF_8);
    out.release();
    return text;
  }

  private void keepHouse() {
    rig.shard(0).keepHouse(rig.pool().clock().now());
    rig.runLoops();
  }

  @Test
  void lease_idleForLong_isAskedFirst() {
    EmbeddedChannel server = idle(1)[0];
    rig.passes(LONG);
    Client client = asks(0);
    assertThat(client.server).isNull();
    assertThat(client.isWaiting()).isTrue();
    assertThat(sent(server)).isEqualTo("Q\0\0\0\5\0");
    assertThat(rig.attempts()).as("the check will serve it").isEmpty();
    server.writeInbound(PoolRig.bytes(EMPTY_ANSWER, READY));
    assertThat(client.server).isNotNull();
    assertThat(rig.channel(client.server)).isSameAs(server);
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void lease_usedLately_isGrantedAtOnce() {
    EmbeddedChannel server = idle(1)[0];
    rig.passes(Duration.ofSeconds(30).toNanos());
    assertThat(asks(0).server).isNotNull();
    assertThat(sent(server)).isEmpty();
  }

  @Test
  void lease_noDelay_isNeverAsked() {
    rig.close();
    rig = new PoolRig(1, PoolRig.DEFAULTS.with("check_delay", Duration.ZERO));
    idle(1);
    rig.passes(Duration.ofHours(1).toNanos());
    assertThat(asks(0).server).isNotNull();
  }

  @Test
  void lease_checkQuery_isWhatIsAsked() {
    rig.close();
    rig = new PoolRig(1, PoolRig.DEFAULTS.with("check_query", "SELECT 'é'"));
    EmbeddedChannel server = idle(1)[0];
    rig.passes(LONG);
    Client client = asks(0);
    assertThat(sent(server)).endsWith("SELECT 'é'\0");
    server.writeInbound(
        PoolRig.bytes(
            PoolRig.message('T', "\0\0"),
            PoolRig.message('D', "\0\0"),
            PoolRig.message('C', "SELECT 1\0"),
            READY));
    assertThat(client.server).isNotNull();
  }

  @Test
  void check_fails_isClosedAndTheNextIsTried() {
    EmbeddedChannel[] servers = idle(2);
    rig.passes(LONG);
    Client client = asks(0);
    assertThat(sent(servers[1])).as("used last, so it is next").isNotEmpty();
    assertThat(sent(servers[0])).as("one is enough for one").isEmpty();
    servers[1].writeInbound(PoolRig.bytes(ERROR, READY));
    rig.runLoops();
    assertThat(servers[1].isOpen()).isFalse();
    assertThat(sent(servers[0])).isNotEmpty();
    servers[0].writeInbound(PoolRig.bytes(EMPTY_ANSWER, READY));
    assertThat(rig.channel(client.server)).isSameAs(servers[0]);
  }

  @Test
  void check_serverHangsUp_anotherIsOpened() {
    EmbeddedChannel server = idle(1)[0];
    rig.passes(LONG);
    Client client = asks(0);
    server.close();
    rig.runLoops();
    rig.accept();
    assertThat(client.server).isNotNull();
    assertThat(rig.pool().open()).isEqualTo(1);
  }

  @Test
  void check_noAnswer_closesAllThatAreAsOld() {
    EmbeddedChannel[] servers = idle(2);
    rig.passes(LONG);
    Client client = asks(0);
    rig.passes(rig.pool().settings().connectTimeout().toNanos() - 1);
    keepHouse();
    assertThat(servers[1].isOpen()).isTrue();
    rig.passes(1);
    keepHouse();
    assertThat(servers[1].isOpen()).isFalse();
    assertThat(servers[0].isOpen()).as("nobody should wait for this one too").isFalse();
    rig.accept();
    assertThat(client.server).isNotNull();
  }

  @Test
  void check_twoClients_askTwo() {
    EmbeddedChannel[] servers = idle(2);
    rig.passes(LONG);
    Client first = asks(0);
    Client second = asks(0);
    assertThat(sent(servers[0])).isNotEmpty();
    assertThat(sent(servers[1])).isNotEmpty();
    servers[0].writeInbound(PoolRig.bytes(EMPTY_ANSWER, READY));
    assertThat(first.server).as("who came first").isNotNull();
    servers[1].writeInbound(PoolRig.bytes(EMPTY_ANSWER, READY));
    assertThat(second.server).isNotNull();
  }

  @Test
  void check_clientGone_staysIdleAndIsFresh() {
    EmbeddedChannel server = idle(1)[0];
    rig.passes(LONG);
    asks(0).withdraw();
    server.writeInbound(PoolRig.bytes(EMPTY_ANSWER, READY));
    assertThat(rig.pool().idle()).isEqualTo(1);
    assertThat(asks(0).server).isNotNull();
  }

  @Test
  void check_idleOnAnotherLoop_isAskedWhereItArrives() {
    rig.close();
    rig = new PoolRig(2, PoolRig.DEFAULTS.with("size", 1));
    EmbeddedChannel server = idle(1)[0];
    rig.passes(LONG);
    Client other = asks(1);
    rig.runLoops();
    assertThat(other.server).isNull();
    assertThat(sent(server)).isNotEmpty();
    server.writeInbound(PoolRig.bytes(EMPTY_ANSWER, READY));
    assertThat(other.server).isNotNull();
  }

  @Test
  void release_movedToALongerWaiter_isNotAsked() {
    rig.close();
    rig = new PoolRig(2, PoolRig.DEFAULTS.with("size", 1));
    Client first = leased();
    Client other = asks(1);
    rig.passes(LONG);
    releases(first);
    assertThat(other.server).isNotNull();
  }
}
