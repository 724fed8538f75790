package io.trunkline.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One component of a settings record, as the file and its documentation see it.
///
/// @param key its name in the file
/// @param setting what it means
/// @param component the component itself
public record SettingField(String key, Setting setting, RecordComponent component) {
  /// Reflection makes new objects at each look, and logins look.
  private static final ClassValue<List<SettingField>> OF_RECORDS =
      new ClassValue<>() {
        @Override
        protected List<SettingField> computeValue(Class<?> record) {
          return Arrays.stream(record.getRecordComponents())
              .filter(component -> !isDerived(component))
              .map(SettingField::of)
              .toList();
        }
      };

  /// The settings of a record, in the order in which it declares them.
  ///
  /// @throws IllegalArgumentException when a component is not annotated
  public static List<SettingField> of(Class<? extends Record> record) {
    return OF_RECORDS.get(record);
  }

  private static boolean isDerived(RecordComponent component) {
    return component.isAnnotationPresent(Derived.class);
  }

  private static SettingField of(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalArgumentException("no @Setting on " + component);
    }
    return new SettingField(snake(component.getName()), setting, component);
  }

  private static String snake(String camel) {
    return camel.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  public Class<?> type() {
    return component.getType();
  }

  /// The type argument at an index: the element of a list, the value of a map (1), the record of a
  /// [Partial].
  public Type argument(int index) {
    return ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[index];
  }

  /// Whether the setting may be left out without any value taking its place.
  public boolean isNullable() {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /// The value this record has for the setting.
  public @Nullable Object valueIn(Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException unexpected) {
      throw new IllegalStateException("cannot read " + component, unexpected);
    }
  }

  /// Makes the record from one value per setting, in the order of [#of(Class)]; what is [Derived]
  /// is null.
  public static <R extends Record> R make(Class<R> record, @Nullable Object[] values) {
    RecordComponent[] components = record.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    @Nullable Object[] all = new @Nullable Object[components.length];
    int next = 0;
    for (int i = 0; i < all.length; i++) {
      if (!isDerived(components[i])) {
        all[i] = values[next++];
      }
    }
    try {
      return record.getDeclaredConstructor(types).newInstance(all);
    } catch (ReflectiveOperationException unexpected) {
      throw new IllegalStateException("cannot make " + record, unexpected);
    }
  }
}
