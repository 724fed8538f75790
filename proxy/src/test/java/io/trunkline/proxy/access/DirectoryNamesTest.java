package io.trunkline.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A user's name stays a name: the examples of RFC 4514 and RFC 4515, and worse.
class DirectoryNamesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "alice | alice",
        "Parens R Us (for all) | Parens R Us \\28for all\\29",
        "* | \\2a",
        "C:\\MyFile | C:\\5cMyFile",
        "a)(uid=* | a\\29\\28uid=\\2a"
      })
  void inFilter_specials_areEscaped(String user, String escaped) {
    assertThat(DirectoryNames.inFilter(user)).isEqualTo(escaped);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "alice | alice",
        "James \"Jim\" Smith, III | James \\\"Jim\\\" Smith\\, III",
        "#a#b | \\#a#b",
        "` a b ` | `\\ a b\\ `",
        "a,dc=x | a\\,dc\\=x",
        "a+b;<c>\\ | a\\+b\\;\\<c\\>\\\\"
      })
  void inName_specials_areEscaped(String user, String escaped) {
    assertThat(DirectoryNames.inName(user)).isEqualTo(escaped);
    assertThat(DirectoryNames.between("uid=", user, ",dc=x")).isEqualTo("uid=" + escaped + ",dc=x");
    assertThat(DirectoryNames.between("", user, "@x")).isEqualTo(user + "@x");
  }
}
