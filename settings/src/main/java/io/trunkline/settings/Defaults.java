package io.trunkline.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What settings are when the file is silent about them, as their [Setting] says.
public final class Defaults {
  /// Settings are immutable, so one record serves all.
  private static final ClassValue<Record> OF_RECORDS =
      new ClassValue<>() {
        @Override
        protected Record computeValue(Class<?> type) {
          Class<? extends Record> record = type.asSubclass(Record.class);
          List<SettingField> fields = SettingField.of(record);
          return SettingField.make(record, fields.stream().map(Defaults::of).toArray());
        }
      };

  private Defaults() {}

  /// A settings record with every setting at its default.
  ///
  /// @throws IllegalArgumentException when the record requires a setting
  public static <R extends Record> R of(Class<R> record) {
    return record.cast(OF_RECORDS.get(record));
  }

  /// The default of one setting.
  ///
  /// @throws IllegalArgumentException when the setting is required
  public static @Nullable Object of(SettingField field) {
    if (field.setting().required()) {
      throw new IllegalArgumentException("no default: " + field.component());
    }
    String text = field.setting().byDefault();
    return text.isEmpty() ? absent(field) : written(field, text);
  }

  private static @Nullable Object absent(SettingField field) {
    Class<?> type = field.type();
    if (field.isNullable()) {
      return null;
    } else if (type == List.class) {
      return List.of();
    } else if (type == Map.class) {
      return Map.of();
    } else if (type == String.class) {
      return "";
    } else if (type == Partial.class) {
      return Partial.none(recordType(field.argument(0)));
    } else if (type.isRecord() && !ScalarText.isScalar(type)) {
      return of(recordType(type));
    }
    throw new IllegalArgumentException("no default: " + field.component());
  }

  private static Object written(SettingField field, String text) {
    if (field.type() == List.class) {
      Class<?> element = (Class<?>) field.argument(0);
      String items = text.substring(1, text.length() - 1); // without the brackets
      return Arrays.stream(items.split(", ")).map(item -> scalar(element, item, field)).toList();
    }
    return scalar(field.type(), text, field);
  }

  private static Object scalar(Class<?> type, String text, SettingField field) {
    Object value = ScalarText.parse(type, text);
    if (value == null) {
      throw new IllegalArgumentException("bad default " + text + " of " + field.component());
    }
    return value;
  }

  private static Class<? extends Record> recordType(java.lang.reflect.Type type) {
    return ((Class<?>) type).asSubclass(Record.class);
  }
}
