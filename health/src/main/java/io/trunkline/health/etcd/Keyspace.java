package io.trunkline.health.etcd;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All keys under one prefix as they were at one revision of etcd; keys without the prefix they
/// share.
///
/// @param store within which revisions are comparable: etcd's cluster id as it is read, the number
///   of the [StoreHistory] as it is followed
public record Keyspace(long store, long revision, SortedMap<String, Entry> entries) {
  public Keyspace {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  /// A key that was put, or deleted if the entry is null.
  ///
  /// @param revision of the change
  public record Change(String key, @Nullable Entry entry, long revision) {}

  /// With these changes, in their order. Changes that this has seen already are passed over, so
  /// that a watch may lag behind a read.
  public Keyspace with(List<Change> changes) {
    TreeMap<String, Entry> next = new TreeMap<>(entries);
    long latest = revision;
    for (Change change : changes) {
      if (change.revision() > revision) {
        if (change.entry() == null) {
          next.remove(change.key());
        } else {
          next.put(change.key(), change.entry());
        }
        latest = Math.max(latest, change.revision());
      }
    }
    return latest == revision ? this : new Keyspace(store, latest, next);
  }

  /// The same, as of this history.
  public Keyspace of(long history) {
    return new Keyspace(history, revision, entries);
  }

  public @Nullable String value(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }
}
