package io.trunkline.protocol.sql;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The settings of a session that differ from what its server gave it at login: canonical names
/// with values as `set_config` takes them. Immutable; safe to share between threads.
///
/// Names and values are bytes decoded as ISO-8859-1, in the client encoding of their session, so
/// that every byte survives. [#toString] shows names alone: values may be secrets.
public final class SessionSettings {
  public static final SessionSettings EMPTY = new SessionSettings(new TreeMap<>());

  private final SortedMap<String, String> values;
  private final int hash;

  private SessionSettings(SortedMap<String, String> values) {
    this.values = Collections.unmodifiableSortedMap(values);
    this.hash = values.hashCode();
  }

  public static SessionSettings of(Map<String, String> values) {
    return EMPTY.withAll(values);
  }

  public SessionSettings with(String name, String value) {
    return withAll(Map.of(name, value));
  }

  /// These, and `others` on top of them.
  public SessionSettings with(SessionSettings others) {
    if (isEmpty() || others.isEmpty()) {
      return isEmpty() ? others : this;
    }
    return withAll(others.values);
  }

  private SessionSettings withAll(Map<String, String> others) {
    SortedMap<String, String> changed = new TreeMap<>(values);
    others.forEach((name, value) -> changed.put(SettingName.canonical(name), value));
    return changed.equals(values) ? this : new SessionSettings(changed);
  }

  public SessionSettings without(String name) {
    String canonical = SettingName.canonical(name);
    if (!values.containsKey(canonical)) {
      return this;
    }
    SortedMap<String, String> changed = new TreeMap<>(values);
    changed.remove(canonical);
    return changed.isEmpty() ? EMPTY : new SessionSettings(changed);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public int size() {
    return values.size();
  }

  /// The value of `name` (canonical), or null when the session has the server's own.
  public @Nullable String get(String name) {
    return values.get(name);
  }

  /// In the order of names.
  public SortedMap<String, String> asMap() {
    return values;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof SessionSettings that
            && hash == that.hash
            && values.equals(that.values));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
