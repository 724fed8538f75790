package io.trunkline.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// What the shards of one pool let each other know: how many idle connections each has, and since
/// when its longest waiting client waits. Each shard writes its own places; all read all.
/// Thread-safe.
final class ShardBoard {
  private static final long NOBODY = Long.MAX_VALUE;

  /// See "Fairness" at [ServerPool].
  private final long overtakeNanos;

  private final AtomicIntegerArray idle;

  /// Since when the longest waiting client of each loop has waited.
  private final AtomicLongArray oldestWaiter;

  private final AtomicInteger shardsWaiting = new AtomicInteger();

  ShardBoard(int shards, long overtakeNanos) {
    this.overtakeNanos = overtakeNanos;
    this.idle = new AtomicIntegerArray(shards);
    this.oldestWaiter = new AtomicLongArray(shards);
    for (int i = 0; i < shards; i++) {
      oldestWaiter.set(i, NOBODY);
    }
  }

  void publishWaiting(int shard, @Nullable LeaseRequest oldest) {
    long now = oldest == null ? NOBODY : oldest.wantedSinceNanos;
    long before = oldestWaiter.getAndSet(shard, now);
    if ((before == NOBODY) != (now == NOBODY)) {
      shardsWaiting.addAndGet(now == NOBODY ? -1 : 1);
    }
  }

  /// Only the first idle connection has to be seen by whoever queues at the same moment; the exact
  /// number may be seen later.
  void publishIdle(int shard, int count) {
    if (count == 1) {
      idle.set(shard, count);
    } else {
      idle.setRelease(shard, count);
    }
  }

  /// Whether any client waits.
  boolean anyWaits() {
    return shardsWaiting.get() > 0;
  }

  /// Whether a client waits on that shard.
  boolean waits(int shard) {
    return oldestWaiter.get(shard) != NOBODY;
  }

  /// Connections idle on all loops.
  int idle() {
    int sum = 0;
    for (int i = 0; i < idle.length(); i++) {
      sum += idle.get(i);
    }
    return sum;
  }

  /// The shard that should get a connection freed on `shard`, whose own longest waiting client is
  /// `own`; `shard` itself when nobody else has waited longer by enough.
  int neediest(int shard, @Nullable LeaseRequest own) {
    int others = own == null ? 0 : 1;
    if (shardsWaiting.get() <= others) {
      return shard;
    }
    int neediest = shard;
    long oldest = own == null ? NOBODY : own.wantedSinceNanos - overtakeNanos;
    for (int i = 0; i < idle.length(); i++) {
      long since = oldestWaiter.get(i);
      if (i != shard && since != NOBODY && (oldest == NOBODY || since - oldest < 0)) {
        neediest = i;
        oldest = since;
      }
    }
    return neediest;
  }

  /// A shard other than `shard` that has idle connections, the one with most; -1 when none has.
  int richest(int shard) {
    int richest = -1;
    int most = 0;
    for (int i = 0; i < idle.length(); i++) {
      if (i != shard && idle.get(i) > most) {
        most = idle.get(i);
        richest = i;
      }
    }
    return richest;
  }
}
