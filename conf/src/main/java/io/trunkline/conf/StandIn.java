package io.trunkline.conf;

import io.trunkline.settings.Defaults;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Secret;
import io.trunkline.settings.SettingField;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What takes the place of a value the file does not give, or gives wrong: its default; for a
/// required setting something harmless, which is never used, for then there is a mistake to report.
final class StandIn {

  private static final Map<Class<?>, Object> FOR_REQUIRED =
      Map.of(
          int.class, 0,
          List.class, List.of(),
          Map.class, Map.of(),
          Secret.class, Secret.of("missing"),
          HostPort.class, new HostPort("missing", 1));

  private StandIn() {}

  static @Nullable Object of(SettingField field) {
    if (!field.setting().required()) {
      return Defaults.of(field);
    }
    Object value = FOR_REQUIRED.get(field.type());
    if (value == null) {
      throw new IllegalStateException("nothing stands in for " + field.component());
    }
    return value;
  }
}
