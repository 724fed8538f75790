package io.trunkline.proxy.console;

import io.trunkline.pool.PoolKey;
import io.trunkline.pool.ServerPool;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// What operators have switched off: databases that are paused, databases that take no new clients,
/// and the whole proxy when it is about to end. Thread-safe; changed by one command at a time.
final class Switches {
  private final ConsoleParts parts;
  private final Set<String> paused = ConcurrentHashMap.newKeySet();
  private final Set<String> disabled = ConcurrentHashMap.newKeySet();
  private volatile boolean allPaused;
  private volatile boolean stopping;

  Switches(ConsoleParts parts) {
    this.parts = parts;
  }

  boolean isAllPaused() {
    return allPaused;
  }

  boolean isPaused(String database) {
    return allPaused || paused.contains(database);
  }

  boolean isDisabled(String database) {
    return disabled.contains(database);
  }

  boolean isStopping() {
    return stopping;
  }

  /// Pauses everything.
  synchronized void pauseAll() {
    requireNotPaused();
    allPaused = true;
    apply();
  }

  synchronized void pause(String database) {
    requireNotPaused();
    paused.add(database);
    apply();
  }

  private void requireNotPaused() {
    if (allPaused) {
      throw ConsoleError.notNow("already suspended/paused");
    }
  }

  /// Ends every pause, those of single databases too.
  synchronized void resumeAll() {
    if (stopping) {
      throw ConsoleError.notNow("pooler is shutting down");
    }
    if (!allPaused && paused.isEmpty()) {
      throw ConsoleError.notNow("pooler is not paused/suspended");
    }
    allPaused = false;
    paused.clear();
    apply();
  }

  synchronized void resume(String database) {
    if (!paused.remove(database)) {
      throw ConsoleError.notNow("database %s is not paused".formatted(database));
    }
    apply();
  }

  /// A PAUSE was cancelled: everything goes on, if it was paused at all.
  synchronized void resumeQuietly() {
    if (!stopping) {
      allPaused = false;
      paused.clear();
      apply();
    }
  }

  void disable(String database) {
    disabled.add(database);
  }

  void enable(String database) {
    disabled.remove(database);
  }

  /// No new clients from now on; for good.
  synchronized void stop() {
    stopping = true;
  }

  private void apply() {
    Predicate<PoolKey> never = _ -> false;
    parts
        .pools()
        .pauseOnly(
            allPaused
                ? _ -> true
                : paused.stream().map(this::leadingTo).reduce(never, Predicate::or));
  }

  private Predicate<PoolKey> leadingTo(String database) {
    return pool -> new DatabaseNames(parts.config().get()).leads(database, pool);
  }

  /// The pools that serve a database; all for the empty name.
  List<ServerPool> pools(String database) {
    Predicate<PoolKey> wanted = database.isEmpty() ? _ -> true : leadingTo(database);
    return parts.pools().pools().stream().filter(pool -> wanted.test(pool.key())).toList();
  }
}
