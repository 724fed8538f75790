package io.trunkline.proxy;

import io.trunkline.proxy.rig.Await;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Some [PersistentWriter]s at work, until this is closed.
public final class Writers implements AutoCloseable {
  public final PersistentWriter.Told told = new PersistentWriter.Told();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final List<Thread> threads;

  private Writers(List<PersistentWriter.Entry> entries) {
    threads =
        entries.stream()
            .map(entry -> Thread.ofVirtual().start(new PersistentWriter(entry, enough, told)))
            .toList();
  }

  /// One for each way in.
  public static Writers start(List<PersistentWriter.Entry> entries) {
    return new Writers(entries);
  }

  /// Waits until they have done more than before.
  public void awaitMore() {
    int before = told.done.size();
    Await.until(PatroniScene.SOON, "more is written", () -> told.done.size() > before + 50);
  }

  @Override
  public void close() {
    enough.set(true);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
