package io.trunkline.proxy.console;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// Who is on the console now, in order of arrival. Thread-safe.
final class Guests {
  private final ConcurrentSkipListMap<Long, Guest> present = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, LongAdder> commands = new ConcurrentSkipListMap<>();

  void enter(Guest guest) {
    present.put(guest.login().id(), guest);
  }

  /// Counts a command, which is a query and a transaction in the statistics of its database.
  void ran(Guest guest) {
    commands.computeIfAbsent(guest.login().database(), _ -> new LongAdder()).increment();
  }

  /// How many commands were given at each database of the console.
  Map<String, Long> commands() {
    Map<String, Long> counts = new TreeMap<>();
    commands.forEach((database, count) -> counts.put(database, count.sum()));
    return counts;
  }

  void leave(Guest guest) {
    present.remove(guest.login().id());
  }

  Collection<Guest> all() {
    return present.values();
  }
}
