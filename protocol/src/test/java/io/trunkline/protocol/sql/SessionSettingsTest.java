package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionSettingsTest {

  @Test
  void with_anyCase_isOneSetting() {
    SessionSettings settings =
        SessionSettings.EMPTY.with("TIMEZONE", "UTC").with("timezone", "CET");
    assertThat(settings.asMap()).isEqualTo(Map.of("TimeZone", "CET"));
    assertThat(settings.get("TimeZone")).isEqualTo("CET");
  }

  @Test
  void equals_whateverTheOrder_isByContent() {
    SessionSettings one = SessionSettings.EMPTY.with("a.b", "1").with("c.d", "2");
    SessionSettings other = SessionSettings.EMPTY.with("c.d", "2").with("a.b", "1");
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one).isNotEqualTo(other.with("a.b", "2")).isNotEqualTo(SessionSettings.EMPTY);
  }

  @Test
  void with_sameValue_isTheSameObject() {
    SessionSettings settings = SessionSettings.EMPTY.with("a.b", "1");
    assertThat(settings.with("A.B", "1")).isSameAs(settings);
    assertThat(settings.with(SessionSettings.EMPTY)).isSameAs(settings);
    assertThat(SessionSettings.EMPTY.with(settings)).isSameAs(settings);
  }

  @Test
  void with_others_takesTheirs() {
    SessionSettings startup = SessionSettings.of(Map.of("a.b", "1", "c.d", "2"));
    assertThat(startup.with(SessionSettings.EMPTY.with("c.d", "3")))
        .isEqualTo(SessionSettings.of(Map.of("a.b", "1", "c.d", "3")));
  }

  @Test
  void without_last_isEmpty() {
    SessionSettings settings = SessionSettings.EMPTY.with("TimeZone", "UTC");
    assertThat(settings.without("timezone")).isSameAs(SessionSettings.EMPTY);
    assertThat(settings.without("work_mem")).isSameAs(settings);
  }

  @Test
  void toString_never_tellsValues() {
    assertThat(SessionSettings.EMPTY.with("app.token", "hush")).hasToString("[app.token]");
  }
}
