package io.trunkline.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Some settings of a record, laid over another value of it: what one listener, database or user
/// wants differently. Immutable.
///
/// @param type the record
/// @param values by key as in the file; nothing about the other settings
public record Partial<R extends Record>(Class<R> type, Map<String, Object> values) {

  public Partial {
    Map<String, Object> unknown = new LinkedHashMap<>(values);
    SettingField.of(type).forEach(field -> unknown.remove(field.key()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("no settings of " + type + ": " + unknown.keySet());
    }
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// Wants nothing differently.
  public static <R extends Record> Partial<R> none(Class<R> type) {
    return new Partial<>(type, Map.of());
  }

  /// Wants one thing more, or otherwise.
  public Partial<R> with(String key, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put(key, value);
    return new Partial<>(type, all);
  }

  /// The record with these settings in the place of its own.
  public R over(R base) {
    if (values.isEmpty()) {
      return base;
    }
    List<SettingField> fields = SettingField.of(type);
    @Nullable Object[] all = new @Nullable Object[fields.size()];
    for (int i = 0; i < all.length; i++) {
      SettingField field = fields.get(i);
      Object wanted = values.get(field.key());
      all[i] = wanted == null ? field.valueIn(base) : wanted;
    }
    return SettingField.make(type, all);
  }
}
