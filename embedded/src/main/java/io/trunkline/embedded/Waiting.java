package io.trunkline.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Waits for things that cannot tell when they have happened, in steps of [#STEP_MILLIS].
final class Waiting {
  static final int STEP_MILLIS = 20;
  private static final int STEPS = 60_000 / STEP_MILLIS;

  /// Something that is so, or not yet.
  interface Condition {
    boolean holds() throws IOException;
  }

  private Waiting() {}

  /// Waits a minute at most.
  ///
  /// @throws IOException when the condition still does not hold; the message names `what`
  static void until(String what, Condition condition) throws IOException {
    for (int step = 0; step < STEPS; step++) {
      if (condition.holds()) {
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
      } catch (InterruptedException e) {
        throw interrupted(what, e);
      }
    }
    throw new IOException("waited in vain until " + what);
  }

  static int forExit(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw interrupted("process ends", e);
    }
  }

  /// Whether the process ended in time.
  static boolean forExit(Process process, Duration atMost) throws IOException {
    try {
      return process.waitFor(atMost);
    } catch (InterruptedException e) {
      throw interrupted("process ends", e);
    }
  }

  private static IOException interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    IOException failure = new InterruptedIOException("interrupted while waiting until " + what);
    failure.initCause(cause);
    return failure;
  }
}
