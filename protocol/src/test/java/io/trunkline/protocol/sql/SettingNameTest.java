package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettingNameTest {

  /// ASCII letters to upper case, but not the letters that escape or mark inside of strings.
  static String upper(String text) {
    StringBuilder upper = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      upper.append(c >= 'a' && c <= 'z' ? (char) (c - 0x20) : c);
    }
    return upper.toString();
  }

  @Test
  void canonical_anyCase_isTheNamePostgresReports() {
    assertThat(SettingName.canonical("TIMEZONE")).isEqualTo("TimeZone");
    assertThat(SettingName.canonical("datestyle")).isEqualTo("DateStyle");
    assertThat(SettingName.canonical("IntervalStyle")).isEqualTo("IntervalStyle");
    assertThat(SettingName.canonical("Work_Mem")).isEqualTo("work_mem");
    assertThat(SettingName.canonical("App.Tenant")).isEqualTo("app.tenant");
  }

  @Test
  void canonical_lettersBeyondAscii_keepTheirCase() {
    assertThat(SettingName.canonical("a.É")).isEqualTo("a.É");
  }

  @Test
  void canonical_oldName_isTheNewOne() {
    assertThat(SettingName.canonical("sort_mem")).isEqualTo("work_mem");
  }

  @Test
  void isCustom_dottedNameOnly_isTrue() {
    assertThat(SettingName.isCustom("app.tenant")).isTrue();
    assertThat(SettingName.isCustom("work_mem")).isFalse();
  }
}
