package io.trunkline.conf.pgbouncer;

import org.jspecify.annotations.Nullable;

/// What stands in `trunkline.yml` for those options of PgBouncer that one setting, said once, does.
public final class OwnSetting {
  private OwnSetting() {}

  /// Its dotted key; null for any other option.
  public static @Nullable String keyOf(String option) {
    Option.Carried carried = Option.ofOneSetting(option);
    return carried == null ? null : carried.key();
  }

  /// A value of the option as `trunkline.yml` writes it; null when it takes no such value, and for
  /// any other option.
  public static @Nullable String valueOf(String option, String value) {
    Option.Carried carried = Option.ofOneSetting(option);
    return carried == null ? null : carried.kind().translate(value);
  }
}
