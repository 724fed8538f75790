package io.trunkline.health;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A probe that finds what the test says.
final class FakeProbe implements Probe {
  private final Semaphore looks = new Semaphore(0);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile Observation found;
  private volatile boolean hanging;

  FakeProbe(Observation found) {
    this.found = found;
  }

  void finds(Observation next) {
    found = next;
  }

  /// The next looks throw.
  void breaks() {
    found = null;
  }

  /// The next look hangs until the probe is interrupted.
  void hangs() {
    hanging = true;
  }

  /// Waits for so many looks that nobody waited for before.
  boolean looked(int times) throws InterruptedException {
    return looks.tryAcquire(times, 10, TimeUnit.SECONDS);
  }

  /// Forgets the looks so far; returns how many there were.
  int drainLooks() {
    return looks.drainPermits();
  }

  boolean awaitClosed() throws InterruptedException {
    return closed.await(10, TimeUnit.SECONDS);
  }

  @Override
  public Observation look() {
    looks.release();
    if (hanging) {
      try {
        released.await();
      } catch (InterruptedException expected) {
        Thread.currentThread().interrupt();
      }
    }
    Observation now = found;
    if (now == null) {
      throw new IllegalStateException("planted");
    }
    return now;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
