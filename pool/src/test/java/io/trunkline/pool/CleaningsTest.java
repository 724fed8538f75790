package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.pool.PoolRig.Client;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CleaningsTest {
  private static final byte[] READY = PoolRig.message('Z', "I");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private PoolRig rig = new PoolRig(1, PoolRig.DEFAULTS.with("query_wait_timeout", PATIENCE));

  @AfterEach
  void close() {
    rig.close();
  }

  /// The channel of a server that is being cleaned.
  private EmbeddedChannel cleaned() {
    Client client = new Client();
    rig.shard(0).lease(client);
    rig.accept();
    EmbeddedChannel channel = rig.channel(client.server);
    client.server.releaseAndReset(rig.pool().clock().now());
    return channel;
  }

  private void passes(Duration time) {
    rig.passes(time.toNanos());
    rig.shard(0).keepHouse(rig.pool().clock().now());
    rig.runLoops();
  }

  @Test
  void clean_serverSaysNothing_makesRoomForAnother() {
    EmbeddedChannel silent = cleaned();
    passes(PATIENCE.minusNanos(1));
    assertThat(silent.isOpen()).isTrue();
    passes(Duration.ofNanos(1));
    assertThat(silent.isOpen()).isFalse();
    assertThat(rig.pool().open()).isZero();
  }

  @Test
  void clean_serverAnswers_isForgotten() {
    EmbeddedChannel server = cleaned();
    server.writeInbound(PoolRig.bytes(PoolRig.message('C', "DISCARD ALL\0"), READY));
    passes(PATIENCE);
    assertThat(server.isOpen()).isTrue();
  }

  @Test
  void clean_noTimeout_waitsForEver() {
    rig.close();
    rig = new PoolRig(1, PoolRig.DEFAULTS.with("query_wait_timeout", Duration.ZERO));
    EmbeddedChannel silent = cleaned();
    passes(Duration.ofDays(1));
    assertThat(silent.isOpen()).isTrue();
  }
}
