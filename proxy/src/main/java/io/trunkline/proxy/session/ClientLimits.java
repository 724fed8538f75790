package io.trunkline.proxy.session;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How many clients there are: in all, per database and per user. Thread-safe; touched when a
/// client comes or goes.
public final class ClientLimits {
  private final AtomicInteger connected = new AtomicInteger();
  private final ConcurrentHashMap<String, Integer> byDatabase = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Integer> byUser = new ConcurrentHashMap<>();

  /// Counts one more client; false, and not counted, when `max` are here.
  public boolean enter(int max) {
    while (true) {
      int now = connected.get();
      if (now >= max) {
        return false;
      }
      if (connected.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  public void leave() {
    connected.decrementAndGet();
  }

  public int connected() {
    return connected.get();
  }

  /// Counts one more client of a database; false, and not counted, beyond `max` (0 for no bound).
  public boolean enterDatabase(String database, int max) {
    return enter(byDatabase, database, max);
  }

  public void leaveDatabase(String database) {
    leave(byDatabase, database);
  }

  /// As [#enterDatabase], for a user.
  public boolean enterUser(String user, int max) {
    return enter(byUser, user, max);
  }

  public void leaveUser(String user) {
    leave(byUser, user);
  }

  /// How many clients of a database are here.
  public int ofDatabase(String database) {
    return byDatabase.getOrDefault(database, 0);
  }

  /// How many clients of a user are here.
  public int ofUser(String user) {
    return byUser.getOrDefault(user, 0);
  }

  private static boolean enter(ConcurrentHashMap<String, Integer> counts, String who, int max) {
    boolean[] entered = {true};
    counts.compute(
        who,
        (_, now) -> {
          int count = now == null ? 0 : now;
          entered[0] = max == 0 || count < max;
          return entered[0] ? Integer.valueOf(count + 1) : now;
        });
    return entered[0];
  }

  private static void leave(ConcurrentHashMap<String, Integer> counts, String who) {
    counts.computeIfPresent(who, (_, now) -> now <= 1 ? null : now - 1);
  }
}
