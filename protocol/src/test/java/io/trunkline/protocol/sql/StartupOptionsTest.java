package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartupOptionsTest {

  private static Map<String, String> parsed(String options) {
    assertThat(StartupOptions.parse(options)).isInstanceOf(StartupOptions.Parsed.class);
    return ((StartupOptions.Parsed) StartupOptions.parse(options)).settings().asMap();
  }

  private static String refused(String options) {
    assertThat(StartupOptions.parse(options)).isInstanceOf(StartupOptions.Refused.class);
    return ((StartupOptions.Refused) StartupOptions.parse(options)).reason();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-c work_mem=4MB",
        "-cwork_mem=4MB",
        "--work_mem=4MB",
        "--work-mem=4MB",
        "-c work-mem=4MB",
        "  -c \t work_mem=4MB\n",
        "-c WORK_MEM=4MB",
        "-c work_mem=1MB -c work_mem=4MB"
      })
  void parse_everyForm_isTheSetting(String options) {
    assertThat(parsed(options)).isEqualTo(Map.of("work_mem", "4MB"));
  }

  @Test
  void parse_nothing_isNoSetting() {
    assertThat(parsed("")).isEmpty();
    assertThat(parsed("  \t ")).isEmpty();
  }

  @Test
  void parse_severalAndEmptyAndEqualSigns_areKept() {
    assertThat(parsed("-c a.b=x=y --c.d= -csearch_path=a,b"))
        .isEqualTo(Map.of("a.b", "x=y", "c.d", "", "search_path", "a,b"));
  }

  @Test
  void parse_backslashes_takeTheNextCharacter() {
    assertThat(parsed("-c search_path=a,\\ b\\\\c\\'")).containsEntry("search_path", "a, b\\c'");
    assertThat(parsed("-c a.b=x\\")).containsEntry("a.b", "x");
  }

  @Test
  void parse_dashesInValues_stay() {
    assertThat(parsed("-c TimeZone=Etc/GMT-5")).containsEntry("TimeZone", "Etc/GMT-5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-d 5", "-e", "-S 64", "--", "-", "x", "\\", "work_mem=1", "-C x=1"})
  void parse_otherSwitches_areRefusedByName(String options) {
    assertThat(refused(options))
        .isEqualTo(
            "unsupported switch \"%s\" in options"
                .formatted(options.replaceAll("[ =].*|\\\\", "")));
  }

  @Test
  void parse_missingValueOrName_isRefused() {
    assertThat(refused("-c")).isEqualTo("\"-c\" in options requires name=value");
    assertThat(refused("-c work_mem")).isEqualTo("\"-c\" in options requires name=value");
    assertThat(refused("--work_mem 4MB"))
        .isEqualTo("\"--work_mem\" in options requires name=value");
    assertThat(refused("-c =1")).isEqualTo("\"-c\" in options lacks the name of a setting");
    assertThat(refused("--=1")).isEqualTo("\"--\" in options lacks the name of a setting");
  }

  @Test
  void parse_tooMany_isRefused() {
    assertThat(parsed("-ca.b=1 ".repeat(StartupOptions.SETTINGS_MAX))).hasSize(1);
    assertThat(refused("-ca.b=1 ".repeat(StartupOptions.SETTINGS_MAX + 1)))
        .isEqualTo("more than 100 settings in options");
  }

  @Test
  void parse_refusal_neverTellsValues() {
    assertThat(refused("-xsecret.name=hush")).doesNotContain("hush");
  }

  @Test
  void isSetting_everythingButTheProtocolsOwn_isTrue() {
    assertThat(StartupOptions.isSetting("application_name")).isTrue();
    assertThat(StartupOptions.isSetting("User")).isTrue();
    for (String name : new String[] {"user", "database", "options", "replication", "_pq_.x"}) {
      assertThat(StartupOptions.isSetting(name)).isFalse();
    }
  }
}
