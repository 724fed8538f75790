package io.trunkline.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportedParametersTest {
  private final ReportedParameters utc = ReportedParameters.of(Map.of("TimeZone", "UTC", "a", "1"));

  @Test
  void of_sameParameters_isTheSameObject() {
    assertThat(ReportedParameters.of(Map.of("a", "1", "TimeZone", "UTC"))).isSameAs(utc);
    assertThat(utc.with("a", "2").with("a", "1")).isSameAs(utc);
  }

  @Test
  void with_unchangedValue_isItself() {
    assertThat(utc.with("timezone", "UTC")).isSameAs(utc);
  }

  @Test
  void with_changedValue_leavesTheOldOneAlone() {
    ReportedParameters changed = utc.with("TIMEZONE", "CET");
    assertThat(changed.get("TimeZone")).isEqualTo("CET");
    assertThat(changed.asMap()).hasSize(2);
    assertThat(utc.get("timezone")).isEqualTo("UTC");
  }

  @Test
  void forEachChange_tellsWhatIsNewOrDifferent() {
    List<String> told = new ArrayList<>();
    ReportedParameters next = utc.with("TimeZone", "CET").with("b", "3");
    utc.forEachChange(next, (name, value) -> told.add(name + "=" + value));
    assertThat(told).containsExactly("b=3", "TimeZone=CET");
    told.clear();
    next.forEachChange(next, (name, value) -> told.add(name));
    assertThat(told).isEmpty();
  }

  @Test
  void get_unknown_isNull() {
    assertThat(ReportedParameters.NONE.get("TimeZone")).isNull();
  }
}
