package io.trunkline.proxy.session;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// How many clients there are: in all, per database and per user, and how many guests of the
/// console. Guests take places like any client, but may have some beyond: when clients have taken
/// all, somebody must be able to look why. Thread-safe; touched when a client comes or goes.
public final class ClientLimits {
  private static final long CLIENT = 1;
  private static final long GUEST = 1L << 32;

  /// Clients of databases in the lower half, guests of the console in the upper one: a place is
  /// taken by one step, whoever takes it.
  private final AtomicLong present = new AtomicLong();

  private final ConcurrentHashMap<String, Integer> byDatabase = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Integer> byUser = new ConcurrentHashMap<>();

  /// Counts one more client of a database; false, and not counted, when `max` are here with the
  /// guests of the console.
  public boolean enter(int max) {
    return enter(CLIENT, max);
  }

  public void leave() {
    present.addAndGet(-CLIENT);
  }

  /// Clients of databases.
  public int connected() {
    return clients(present.get());
  }

  /// Counts one more guest of the console; false, and not counted, when `max` are here with the
  /// clients of databases.
  public boolean enterConsole(int max) {
    return enter(GUEST, max);
  }

  public void leaveConsole() {
    present.addAndGet(-GUEST);
  }

  /// Guests of the console, with those who are logging in to it.
  public int onConsole() {
    return guests(present.get());
  }

  private boolean enter(long one, int max) {
    while (true) {
      long now = present.get();
      if (clients(now) + guests(now) >= max) {
        return false;
      }
      if (present.compareAndSet(now, now + one)) {
        return true;
      }
    }
  }

  private static int clients(long present) {
    return (int) present;
  }

  private static int guests(long present) {
    return (int) (present >>> 32);
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
