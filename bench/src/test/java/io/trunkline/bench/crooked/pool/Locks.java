package io.trunkline.bench.crooked.pool;

import java.util.concurrent.locks.ReentrantLock;

final class Locks {
  void lockForGood(ReentrantLock lock) {
    lock.lock();
  }
}
