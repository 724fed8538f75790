package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.pool.PoolRig.Client;
import org.junit.jupiter.api.Test;

class LimitTest {

  @Test
  void tryAcquire_full_isRefusedUntilOneIsReleased() {
    Limit limit = new Limit("user app", 2);
    assertThat(limit.tryAcquire()).isTrue();
    assertThat(limit.tryAcquire()).isTrue();
    assertThat(limit.tryAcquire()).isFalse();
    assertThat(limit).hasToString("user app 2/2");
    limit.release();
    assertThat(limit.tryAcquire()).isTrue();
  }

  @Test
  void tryAcquire_noBound_isAlwaysGranted() {
    Limit limit = new Limit("user app", 0);
    for (int i = 0; i < 1000; i++) {
      assertThat(limit.tryAcquire()).isTrue();
    }
    assertThat(limit.open()).isEqualTo(1000);
  }

  @Test
  void pools_sharingALimit_serveEachOthersClients() {
    Limit limit = new Limit("user app", 1);
    try (PoolRig one = new PoolRig(1, PoolRig.DEFAULTS, limit);
        PoolRig two = new PoolRig(1, PoolRig.DEFAULTS, limit)) {
      Client first = new Client();
      one.shard(0).lease(first);
      one.accept();
      Client second = new Client();
      two.shard(0).lease(second);
      assertThat(two.attempts()).as("the limit is used up").isEmpty();
      first.server.close("done");
      two.runLoops();
      two.accept();
      assertThat(second.server).isNotNull();
      assertThat(limit.open()).isEqualTo(1);
    }
  }

  @Test
  void tryOpen_limitUsedUpByIdleConnection_isEvicted() {
    Limit limit = new Limit("user app", 1);
    try (PoolRig one = new PoolRig(1, PoolRig.DEFAULTS, limit);
        PoolRig two = new PoolRig(1, PoolRig.DEFAULTS, limit)) {
      Client first = new Client();
      one.shard(0).lease(first);
      one.accept();
      first.server.release(0);
      Client second = new Client();
      two.shard(0).lease(second);
      one.runLoops();
      two.runLoops();
      assertThat(one.pool().open()).isZero();
      two.accept();
      assertThat(second.server).isNotNull();
    }
  }

  @Test
  void tryOpen_secondLimitRefuses_givesTheFirstBack() {
    Limit roomy = new Limit("database app", 5);
    Limit full = new Limit("user app", 1);
    assertThat(full.tryAcquire()).isTrue();
    try (PoolRig rig = new PoolRig(1, PoolRig.DEFAULTS, roomy, full)) {
      rig.shard(0).lease(new Client());
      assertThat(roomy.open()).isZero();
      assertThat(full.open()).isEqualTo(1);
      assertThat(rig.pool().open()).isZero();
    }
  }

  @Test
  void boundedBy_anotherBound_isOnTheSameCount() {
    Limit low = new Limit("user app", 1);
    Limit high = low.boundedBy(3);
    assertThat(high.tryAcquire()).isTrue();
    assertThat(low.tryAcquire()).as("one is open, whoever has it").isFalse();
    assertThat(high.tryAcquire()).isTrue();
    assertThat(high.tryAcquire()).isTrue();
    assertThat(high.tryAcquire()).isFalse();
    assertThat(low).hasToString("user app 3/1");
    assertThat(low.boundedBy(0).tryAcquire()).isTrue();
  }

  @Test
  void tryOpen_othersAboveTheLowerBound_evictsNobodyInVain() {
    Limit low = new Limit("user app", 1);
    try (PoolRig one = new PoolRig(1, PoolRig.DEFAULTS, low.boundedBy(2));
        PoolRig two = new PoolRig(1, PoolRig.DEFAULTS, low)) {
      Client idle = new Client();
      Client busy = new Client();
      one.shard(0).lease(busy);
      one.shard(0).lease(idle);
      one.accept();
      one.accept();
      idle.server.release(0);
      Client starved = new Client();
      two.shard(0).lease(starved);
      one.runLoops();
      assertThat(one.pool().open()).isEqualTo(2);
      busy.server.close("done");
      two.runLoops();
      one.runLoops();
      two.runLoops();
      two.accept();
      assertThat(starved.server).isNotNull();
    }
  }
}
