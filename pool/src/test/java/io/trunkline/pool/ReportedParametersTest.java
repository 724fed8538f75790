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

  @Test
  void majorVersion_ofWhatServersReport_isTheFirstNumber() {
    for (String version : List.of("14beta1", "14.3 (Debian 14.3-1)", "14")) {
      assertThat(utc.with("server_version", version).majorVersion()).isEqualTo(14);
    }
    assertThat(utc.with("server_version", "9.6.24").majorVersion()).isEqualTo(9);
    assertThat(utc.with("server_version", "none").majorVersion()).isZero();
    assertThat(utc.majorVersion()).isZero();
  }
}
