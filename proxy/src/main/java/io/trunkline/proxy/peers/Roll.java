package io.trunkline.proxy.peers;

import io.trunkline.conf.PeerSettings;
import io.trunkline.health.etcd.Entry;
import io.trunkline.health.etcd.ForeignText;
import io.trunkline.health.etcd.Keyspace;
import io.trunkline.settings.HostPort;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The seats of all instances as they were at one revision of etcd. Immutable, and never more than
/// there are numbers, whatever else lies under the prefix.
record Roll(long revision, SortedMap<Integer, Seat> seats) {

  Roll {
    seats = Collections.unmodifiableSortedMap(new TreeMap<>(seats));
  }

  /// @param complaint told what is not understood
  static Roll of(Keyspace keys, Consumer<String> complaint) {
    SortedMap<Integer, Seat> seats = new TreeMap<>();
    keys.entries().forEach((key, entry) -> put(seats, key, entry, complaint));
    return new Roll(keys.revision(), seats);
  }

  /// With these changes, in their order; those that this has seen already are passed over.
  Roll with(List<Keyspace.Change> changes, Consumer<String> complaint) {
    SortedMap<Integer, Seat> next = new TreeMap<>(seats);
    long latest = revision;
    for (Keyspace.Change change : changes) {
      if (change.revision() > revision) {
        put(next, change.key(), change.entry(), complaint);
        latest = Math.max(latest, change.revision());
      }
    }
    return new Roll(latest, next);
  }

  private static void put(
      SortedMap<Integer, Seat> seats,
      String key,
      @Nullable Entry entry,
      Consumer<String> complaint) {
    int number = number(key);
    if (number == 0) {
      if (entry != null) {
        complaint.accept(
            "key \"%s\" is no number from 1 to %d"
                .formatted(ForeignText.oneLine(key), PeerSettings.NUMBER_MAX));
      }
    } else if (entry == null) {
      seats.remove(number);
    } else {
      Seat seat = Seat.read(entry.value(), entry.modRevision());
      if (seat.address() == null) {
        complaint.accept("the value of key \"%d\" is not HOST:PORT OWNER".formatted(number));
      }
      seats.put(number, seat);
    }
  }

  /// 0 where it is none.
  private static int number(String key) {
    if (!key.matches("[1-9][0-9]{0,2}")) {
      return 0;
    }
    int number = Integer.parseInt(key);
    return number <= PeerSettings.NUMBER_MAX ? number : 0;
  }

  boolean isFree(int number) {
    return !seats.containsKey(number);
  }

  /// Where this owner sits; 0 if nowhere.
  int numberOf(String owner) {
    return seats.entrySet().stream()
        .filter(seat -> seat.getValue().owner().equals(owner))
        .mapToInt(seat -> seat.getKey())
        .findFirst()
        .orElse(0);
  }

  /// Who has this address; 0 if nobody.
  int numberAt(HostPort address) {
    return seats.entrySet().stream()
        .filter(seat -> address.equals(seat.getValue().address()))
        .mapToInt(seat -> seat.getKey())
        .findFirst()
        .orElse(0);
  }

  /// The instances that can be reached.
  SortedMap<Integer, HostPort> instances() {
    SortedMap<Integer, HostPort> instances = new TreeMap<>();
    seats.forEach((number, seat) -> {
      if (seat.address() != null) {
        instances.put(number, seat.address());
      }
    });
    return instances;
  }
}
