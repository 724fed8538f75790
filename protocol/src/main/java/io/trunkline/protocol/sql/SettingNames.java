package io.trunkline.protocol.sql;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/// The settings that statements may have changed: canonical names, and whether there may be others.
public record SettingNames(Set<String> names, Unknown unknown) {

  /// More names than this are not counted; the rest is then [Unknown#CUSTOM].
  static final int NAMES_MAX = 100;

  public static final SettingNames NONE = new SettingNames(Set.of(), Unknown.NOTHING);

  /// What may have been set besides the names read, from little to much.
  public enum Unknown {
    NOTHING,
    /// A body out of sight ran (DO, CALL, EXECUTE), which sets something only if it was written to.
    /// What PostgreSQL lists of it in `pg_settings` can be found out, a custom setting cannot.
    INDIRECT,
    /// A setting was set whose name is not in the text, as `set_config($1, $2, false)`: a custom
    /// one cannot be found out.
    CUSTOM;

    Unknown or(Unknown other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  public SettingNames {
    names = Collections.unmodifiableSet(new TreeSet<>(names));
  }

  public boolean allKnown() {
    return unknown == Unknown.NOTHING;
  }

  public boolean isEmpty() {
    return names.isEmpty() && allKnown();
  }

  /// The same names with another word on whether there may be others.
  SettingNames besides(Unknown others) {
    return new SettingNames(names, others);
  }

  public SettingNames plus(SettingNames other) {
    if (isEmpty() || equals(other)) {
      return other;
    } else if (other.isEmpty()) {
      return this;
    }
    Set<String> both = new TreeSet<>(names);
    Unknown more = unknown.or(other.unknown);
    for (String name : other.names) {
      if (both.size() >= NAMES_MAX && !both.contains(name)) {
        more = Unknown.CUSTOM;
      } else {
        both.add(name);
      }
    }
    return new SettingNames(both, more);
  }
}
