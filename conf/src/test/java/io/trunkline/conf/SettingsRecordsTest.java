package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.settings.ScalarText;
import io.trunkline.settings.Secret;
import io.trunkline.settings.SettingField;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every annotation of every record that the file can fill is one the reader understands.
class SettingsRecordsTest {

  static Stream<Class<?>> records() {
    Set<Class<?>> found = new LinkedHashSet<>();
    collect(ProxyConfig.class, found);
    return found.stream();
  }

  private static void collect(Type type, Set<Class<?>> found) {
    if (type instanceof ParameterizedType generic) {
      Stream.of(generic.getActualTypeArguments()).forEach(argument -> collect(argument, found));
    } else if (type instanceof Class<?> record
        && record.isRecord()
        && !ScalarText.isScalar(record)
        && found.add(record)) {
      fields(record).forEach(field -> collect(field.component().getGenericType(), found));
    }
  }

  private static List<SettingField> fields(Class<?> record) {
    return SettingField.of(record.asSubclass(Record.class));
  }

  @ParameterizedTest
  @MethodSource("records")
  void standIn_everySetting_exists(Class<?> record) {
    for (SettingField field : fields(record)) {
      assertThat(StandIn.of(field) != null || field.isNullable())
          .as(field.component().toString())
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void bounds_everySetting_areOfItsType(Class<?> record) {
    for (SettingField field : fields(record)) {
      for (String bound : List.of(field.setting().atLeast(), field.setting().atMost())) {
        assertThat(bound.isEmpty() || ScalarText.parse(field.type(), bound) != null)
            .as(field.component().toString())
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void meaning_everySetting_isASentence(Class<?> record) {
    for (SettingField field : fields(record)) {
      assertThat(field.setting().value()).as(field.component().toString()).endsWith(".");
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void toString_everySecret_isHidden(Class<?> record) {
    for (SettingField field : fields(record)) {
      if (field.key().contains("password")) {
        assertThat(field.type()).as(field.component().toString()).isEqualTo(Secret.class);
      }
    }
  }
}
