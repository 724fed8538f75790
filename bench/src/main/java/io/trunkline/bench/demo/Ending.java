package io.trunkline.bench.demo;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Brings Ctrl-C and `kill` to an orderly end: the JVM, told to exit, waits until the demo has
/// noticed and has removed all it made.
final class Ending {
  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private volatile boolean wanted;

  /// Listens to the signals of this JVM.
  static Ending onSignal() {
    Ending ending = new Ending();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(ending::wantAndWait));
    return ending;
  }

  private void wantAndWait() {
    wanted = true;
    try {
      if (!cleanedUp.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("the demo did not end in time; what is left is removed now");
      }
    } catch (InterruptedException expected) { // nothing interrupts a shutdown hook
      Thread.currentThread().interrupt();
    }
  }

  /// Ends the demo from within.
  void want() {
    wanted = true;
  }

  boolean isWanted() {
    return wanted;
  }

  /// For those who are about to do something long.
  ///
  /// @throws CancellationException when the end is wanted
  void check() {
    if (wanted) {
      throw new CancellationException("the demo ends");
    }
  }

  /// Everything is removed: the JVM may exit.
  void cleanedUp() {
    cleanedUp.countDown();
  }
}
