package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlBlanksTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          'a', 0
          '  a', 2
          '-- x|a', 5
          '/* x */a', 7
          '/* /* x */ */ -- y| a', 20
          '/**/a', 4
          '/*/ a', -1
          '/* /* */ a', -1
          ' -- a', 5
          '', 0
          '- a', 0
          '/a', 0
          """)
  void skip_leadsToTheNextWord(String text, int at) {
    assertThat(SqlBlanks.skip(text.replace('|', '\n'), 0)).isEqualTo(at);
  }
}
