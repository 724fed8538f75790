package io.trunkline.proxy.console;

import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;

/// Who is on the console now, in order of arrival. Thread-safe.
final class Guests {
  private final ConcurrentSkipListMap<Long, Guest> present = new ConcurrentSkipListMap<>();

  void enter(Guest guest) {
    present.put(guest.login().id(), guest);
  }

  void leave(Guest guest) {
    present.remove(guest.login().id());
  }

  Collection<Guest> all() {
    return present.values();
  }
}
