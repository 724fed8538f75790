package io.trunkline.proxy;

import io.trunkline.conf.ListenerSettings;
import io.trunkline.protocol.tls.ClientTls;
import io.trunkline.protocol.tls.TlsRenewal;
import io.trunkline.proxy.login.Door;
import io.trunkline.proxy.login.Logins;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The doors of all listeners, each found by its place, so that another configuration may put
/// another door into the same place while nobody there has to leave. Thread-safe; changed by one
/// thread at a time.
final class Doors {

  /// Where a listener is.
  ///
  /// @param nth of those at the same address and port, of which there are several where the system
  ///   chooses ports
  private record Place(String address, int port, int nth) {}

  private final Listeners listeners;
  private final Logins logins;
  private final Certificates certificates;
  private final Map<Place, Door> doors = new ConcurrentHashMap<>();

  Doors(Listeners listeners, Logins logins, Certificates certificates) {
    this.listeners = listeners;
    this.logins = logins;
    this.certificates = certificates;
  }

  /// What sockets are like is another from now on.
  void retune() {
    listeners.retune();
  }

  /// These listeners and no others: opens and shuts what it takes. Blocking.
  ///
  /// @throws IllegalStateException when one cannot be opened; those that were there stay
  void are(List<ListenerSettings> wanted) {
    Map<Place, Door> next = doorsOf(wanted);
    List<ListenerSettings> opened = new ArrayList<>();
    try {
      next.forEach((place, door) -> {
        if (!doors.containsKey(place)) {
          doors.put(place, door);
          opened.add(door.settings());
          listeners.open(door.settings(), () -> next(place));
        }
      });
    } catch (IllegalStateException failure) {
      opened.forEach(listeners::shut);
      doors.values().removeIf(door -> opened.contains(door.settings()));
      throw failure;
    }
    List.copyOf(doors.keySet()).forEach(place -> follow(place, next.get(place)));
    certificates.replace("listeners[", renewals(next.values()));
  }

  private Door next(Place place) {
    Door door = doors.get(place);
    if (door == null) {
      throw new IllegalStateException("shut");
    }
    return door;
  }

  private void follow(Place place, @Nullable Door next) {
    Door before = doors.get(place);
    if (before == null) {
      return;
    } else if (next == null) {
      listeners.shut(before.settings());
      doors.remove(place);
    } else if (!before.settings().equals(next.settings())) {
      doors.put(place, next);
      listeners.rename(before.settings(), next.settings());
    }
  }

  private Map<Place, Door> doorsOf(List<ListenerSettings> wanted) {
    Map<Place, Door> next = new LinkedHashMap<>();
    for (ListenerSettings settings : wanted) {
      int nth = 0;
      while (next.containsKey(new Place(settings.address(), settings.port(), nth))) {
        nth++;
      }
      Place place = new Place(settings.address(), settings.port(), nth);
      Door before = doors.get(place);
      ClientTls tls =
          before != null && before.settings().tls().equals(settings.tls())
              ? before.tls()
              : ClientTls.of(settings.tls());
      next.put(place, new Door(settings, tls, logins, () -> present(place)));
    }
    return next;
  }

  private @Nullable ListenerSettings present(Place place) {
    Door door = doors.get(place);
    return door == null ? null : door.settings();
  }

  private static Map<String, Supplier<TlsRenewal>> renewals(Iterable<Door> doors) {
    Map<String, Supplier<TlsRenewal>> renewals = new LinkedHashMap<>();
    for (Door door : doors) {
      renewals.put("listeners[%d].tls".formatted(renewals.size()), door.tls()::renewal);
    }
    return renewals;
  }
}
