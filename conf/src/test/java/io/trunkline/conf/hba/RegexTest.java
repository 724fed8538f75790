package io.trunkline.conf.hba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trunkline.conf.hba.Outside.Unanswered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
  private static Regex regex(String text) {
    return Regex.of(new Token("/" + text, false));
  }

  @ParameterizedTest
  @CsvSource({
    "^ali, alice, true",
    "^ali$, alice, false",
    "lic, alice, true",
    "^(?!bob), alice, true",
    "^(?!bob), bob, false",
    "^(.)\\1$, aa, true",
    "^\\d+$, 12, true"
  })
  void find_name_asPostgresDoes(String text, String name, boolean found) throws Unanswered {
    assertThat(regex(text).find(name) != null).isEqualTo(found);
  }

  @Test
  void find_dot_isANewlineToo() throws Unanswered {
    assertThat(regex("^a.b$").find("a\nb")).isNotNull();
  }

  /// Java's `$` matches in front of the last newline, PostgreSQL's does not.
  @Test
  void find_nameThatEndsWithANewline_isNobodys() {
    assertThatThrownBy(() -> regex("^alice$").find("alice\n")).isInstanceOf(Unanswered.class);
  }

  /// Two to the power of the length, or the depth of a stack, and both by a name of the client's:
  /// none of them is found, and if that takes long to see, it is not looked for to the end.
  @ParameterizedTest
  @ValueSource(
      strings = {"^(a|aa)+$", "^(\\w*)*\\1$", "^(a|b|ab)*c", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)x"})
  void find_nameMadeForIt_endsSoon(String text) {
    for (int length : new int[] {60, 9_000}) {
      assertThat(isFound(regex(text), "a".repeat(length) + "!")).isFalse();
    }
  }

  private static boolean isFound(Regex regex, String name) {
    try {
      return regex.find(name) != null;
    } catch (Unanswered expected) { // it takes too long
      return false;
    }
  }

  @Test
  void find_tooManySteps_isNotAnswered() {
    assertThatThrownBy(() -> regex("(.*)(.*)(.*)(.*)x").find("a".repeat(9_000)))
        .isInstanceOf(Unanswered.class)
        .hasMessageContaining("too long");
  }

  @Test
  void find_longNameAndAPlainExpression_isAnswered() throws Unanswered {
    assertThat(regex("^a+$").find("a".repeat(9_000))).isNotNull();
  }
}
