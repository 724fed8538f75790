package io.trunkline.proxy.console;

import io.trunkline.pool.PoolKey;
import io.trunkline.pool.ServerPool;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.proxy.session.Suspension;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What operators have switched off: databases that are paused, databases that take no new clients,
/// and the whole proxy when it is about to end. Thread-safe; changed by one command at a time.
final class Switches {
  private final ConsoleParts parts;
  private final Set<String> paused = ConcurrentHashMap.newKeySet();
  private final Set<String> disabled = ConcurrentHashMap.newKeySet();
  private volatile boolean allPaused;

  /// Who has suspended everything; null while nobody has.
  private volatile @Nullable Guest suspender;

  private volatile boolean stopping;

  Switches(ConsoleParts parts) {
    this.parts = parts;
  }

  boolean isAllPaused() {
    return allPaused;
  }

  boolean isSuspended() {
    return suspender != null;
  }

  /// A guest leaves, and what it has suspended goes on.
  synchronized void left(Guest guest) {
    if (guest.equals(suspender)) {
      resumeQuietly();
    }
  }

  boolean isPaused(String database) {
    return allPaused || paused.contains(database);
  }

  boolean isDisabled(String database) {
    return disabled.contains(database);
  }

  /// Why clients of a database may not come in; null when they may.
  @Nullable ErrorResponse closed(String database) {
    if (stopping) {
      return ClientErrors.notAnyMore();
    }
    return isDisabled(database) ? ClientErrors.databaseDisabled(database) : null;
  }

  /// Whether a pool gives its clients no server now.
  boolean pauses(PoolKey pool) {
    return pausing().test(pool);
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

  /// No client gets a server any more, and none is read: see [Suspending].
  synchronized void suspend(Guest guest) {
    requireNotPaused();
    if (!paused.isEmpty()) {
      throw ConsoleError.notNow("cannot suspend with paused databases");
    }
    suspender = guest;
    apply();
  }

  private void requireNotPaused() {
    if (allPaused || suspender != null) {
      throw ConsoleError.notNow("already suspended/paused");
    }
  }

  /// Ends every pause, those of single databases too.
  synchronized void resumeAll() {
    if (stopping) {
      throw ConsoleError.notNow("pooler is shutting down");
    }
    if (!allPaused && suspender == null && paused.isEmpty()) {
      throw ConsoleError.notNow("pooler is not paused/suspended");
    }
    everythingGoesOn();
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
      everythingGoesOn();
    }
  }

  private void everythingGoesOn() {
    allPaused = false;
    paused.clear();
    if (suspender != null) {
      suspender = null;
      parts
          .loops()
          .ask(context -> {
            context.forEachSession(Suspension::end);
            return 0;
          });
    }
    apply();
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
    parts.pools().pauseOnly(pausing());
  }

  private Predicate<PoolKey> pausing() {
    Predicate<PoolKey> never = _ -> false;
    return allPaused || suspender != null
        ? _ -> true
        : paused.stream().map(this::leadingTo).reduce(never, Predicate::or);
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
