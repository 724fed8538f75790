package io.trunkline.proxy.peers;

import io.trunkline.conf.PeerSettings;
import io.trunkline.settings.HostPort;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which instances there are. Immutable.
///
/// @param self the number of this one; 0 while it has none
/// @param instances those that are known, this one or not, by their numbers
/// @param source where that is known from
public record Fleet(int self, SortedMap<Integer, HostPort> instances, String source) {

  /// This instance is alone.
  public static final Fleet NONE = new Fleet(0, new TreeMap<>(), "");

  public Fleet {
    instances = Collections.unmodifiableSortedMap(new TreeMap<>(instances));
  }

  /// What the file lists.
  static Fleet listed(PeerSettings settings) {
    SortedMap<Integer, HostPort> instances = new TreeMap<>();
    settings
        .instances()
        .forEach((number, address) -> instances.put(Integer.valueOf(number), address));
    return new Fleet(settings.self(), instances, "file");
  }

  /// Where the instance of this number is, if it is another one.
  @Nullable HostPort other(int number) {
    return number == self ? null : instances.get(number);
  }
}
