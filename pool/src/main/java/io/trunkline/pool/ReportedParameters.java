package io.trunkline.pool;

import com.github.benmanes.caffeine.cache.Interner;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The run-time parameters a server has reported with ParameterStatus, as of one moment. Immutable
/// and interned: two servers that report the same share one instance, so the road compares by
/// identity.
///
/// Values are the bytes of the wire read as ISO 8859-1: they go back as they came.
public final class ReportedParameters {
  private static final Interner<ReportedParameters> INTERNER = Interner.newWeakInterner();

  public static final ReportedParameters NONE = new ReportedParameters(Map.of());

  private final TreeMap<String, String> values;
  private final int hash;
  private final boolean inRecovery;

  private ReportedParameters(Map<String, String> values) {
    this.values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    this.values.putAll(values);
    this.hash = this.values.hashCode();
    this.inRecovery = "on".equals(this.values.get("in_hot_standby"));
  }

  public static ReportedParameters of(Map<String, String> values) {
    return INTERNER.intern(new ReportedParameters(values));
  }

  /// The same, with one parameter changed.
  public ReportedParameters with(String name, String value) {
    if (value.equals(values.get(name))) {
      return this;
    }
    var changed = new ReportedParameters(values);
    changed.values.put(name, value);
    return of(changed.values);
  }

  /// The value of a parameter, whatever the case of its name; null when it was never reported.
  public @Nullable String get(String name) {
    return values.get(name);
  }

  /// Whether the server says that it is a standby; PostgreSQL 13 never does.
  public boolean inRecovery() {
    return inRecovery;
  }

  /// The first number of `server_version`; 0 when there is none.
  public int majorVersion() {
    String version = values.getOrDefault("server_version", "");
    int end = 0;
    while (end < version.length() && end < 4 && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(version, 0, end, 10);
  }

  public Map<String, String> asMap() {
    return Map.copyOf(values);
  }

  public void forEach(BiConsumer<String, String> consumer) {
    values.forEach(consumer);
  }

  /// Tells what a client that has seen `this` must be told to have seen `next`.
  public void forEachChange(ReportedParameters next, BiConsumer<String, String> consumer) {
    next.values.forEach((name, value) -> {
      if (!value.equals(values.get(name))) {
        consumer.accept(name, value);
      }
    });
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof ReportedParameters that
            && hash == that.hash
            && values.equals(that.values));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
