package io.trunkline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicationModeTest {
  @ParameterizedTest
  @ValueSource(strings = {"true", "on", "yes", "1", "t", "TRUE", "Yes", "y"})
  void parse_trueInAnyWord_isPhysical(String value) {
    assertThat(ReplicationMode.parse(value)).contains(ReplicationMode.PHYSICAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "off", "no", "0", "f", "of", "N"})
  void parse_falseInAnyWord_isNone(String value) {
    assertThat(ReplicationMode.parse(value)).contains(ReplicationMode.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"database"})
  void parse_database_isLogical(String value) {
    assertThat(ReplicationMode.parse(value)).contains(ReplicationMode.LOGICAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "o", "perhaps", "Database", "data", "10", "truer", " on"})
  void parse_anythingElse_isNothing(String value) {
    assertThat(ReplicationMode.parse(value)).isEmpty();
  }
}
