package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupQueryTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT usename, passwd FROM user_lookup($1) | SELECT usename, passwd FROM user_lookup(?)",
        "select f($1);  | select f(?)",
        "select '$1', f($1) | select '$1', f(?)",
        "select 'it''s $1', f($1) | select 'it''s $1', f(?)",
        "select E'\\'$1', f($1) | select E'\\'$1', f(?)",
        "select \"a$1\" from t where b = $1 | select \"a$1\" from t where b = ?",
        "select a$1 from t where b=$1 | select a$1 from t where b=?",
        "select $$ $1 $$, $x$ $$ $1 $x$, $1 | select $$ $1 $$, $x$ $$ $1 $x$, ?",
        "select /* $1 /* ' */ */ $1 -- $1' | select /* $1 /* ' */ */ ? -- $1'",
        "select p from t where j ? $1 | select p from t where j ?? ?",
      })
  void parse_goodQuery_bindsWhatIsAParameter(String sql, String jdbc) {
    assertThat(LookupQuery.parse(sql)).isEqualTo(new LookupQuery(jdbc, 1));
  }

  @Test
  void parse_severalTimesTheName_countsThem() {
    assertThat(LookupQuery.parse("select p from t where n = $1 or m = $1"))
        .isEqualTo(new LookupQuery("select p from t where n = ? or m = ?", 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "select 1 | a query without $1",
        "select '$1' | a query without $1",
        "select f($1, $2) | a query with $2",
        "select f($11) | a query with $11",
        "select f($1); drop table t | more than one statement",
        "select 'f($1) | a quote that does not end",
        "select $a$ f($1) $b$ | a quote that does not end",
        "select $1 /* /* */ | a comment that does not end",
        "select $1, $ | a $ that is no parameter",
      })
  void parse_badQuery_saysWhatIsWrong(String sql, String found) {
    assertThatThrownBy(() -> LookupQuery.parse(sql))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(found);
  }

  @Property(tries = 300)
  void parse_anyText_readsOrRefuses(@ForAll String text) {
    try {
      assertThat(LookupQuery.parse(text).parameters()).isPositive();
    } catch (IllegalArgumentException expected) { // said what is wrong
      assertThat(expected.getMessage()).isNotEmpty();
    }
  }
}
