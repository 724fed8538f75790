package io.trunkline.proxy.rig;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/// Waiting for what happens in other processes.
public final class Await {
  private Await() {}

  /// Fails with the text when the condition stays false.
  public static void until(Duration atMost, String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(atMost).pollInterval(Duration.ofMillis(20)).until(condition);
  }
}
