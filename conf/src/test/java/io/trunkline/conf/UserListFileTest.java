package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.trunkline.settings.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserListFileTest {

  private static Map<String, Secret> users(String text) {
    UserListFile.Result result = UserListFile.parse("users.txt", text);
    assertThat(result).isInstanceOf(UserListFile.Result.Ok.class);
    return ((UserListFile.Result.Ok) result).users();
  }

  @Test
  void parse_linesOfEveryKind_givesUsersInOrder() {
    String text =
        """
        ; the application
        "app" "s3cret"

          "quo""te" "p""w" and what follows
        "nobody" ""
        "stored"\t"md500000000000000000000000000000000"\r
        """;

    assertThat(users(text))
        .containsExactly(
            entry("app", Secret.of("s3cret")),
            entry("quo\"te", Secret.of("p\"w")),
            entry("stored", Secret.of("md5" + "0".repeat(32))));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "app \"hunter2\", a word without quotes",
        "\"app\", a line that ends too early",
        "\"app\" hunter2, a word without quotes",
        "\"app\" \"hunter2, a quote that is never closed",
        "\"app, a quote that is never closed",
        "\"\" \"hunter2\", an empty user name"
      })
  void parse_badLine_namesLineWithoutItsText(String line, String found) {
    UserListFile.Result result = UserListFile.parse("users.txt", "; first\n" + line + "\n");

    assertThat(result)
        .isEqualTo(
            new UserListFile.Result.Bad(
                List.of(new ConfigProblem("users.txt", 2, "", found, "\"user\" \"secret\""))));
  }

  @Test
  void parse_sameUserTwice_namesBothLines() {
    UserListFile.Result result = UserListFile.parse("u", "\"a\" \"x\"\n\"a\" \"y\"\n");

    assertThat(result)
        .isEqualTo(
            new UserListFile.Result.Bad(
                List.of(
                    new ConfigProblem(
                        "u", 2, "", "user \"a\" again, first in line 1", "\"user\" \"secret\""))));
  }

  @Test
  void parse_endlessMistakes_areBounded() {
    UserListFile.Result result = UserListFile.parse("u", "x\n".repeat(10_000));

    assertThat(((UserListFile.Result.Bad) result).problems()).hasSize(100);
  }

  @Test
  void read_noSuchFile_isAResult() {
    assertThat(new UserListFile(new FakeSurroundings()).read(Path.of("u")))
        .isEqualTo(
            new UserListFile.Result.Bad(
                List.of(
                    new ConfigProblem(
                        "u", 0, "", "no such file", "a file this process may read"))));
  }

  @Property
  void parse_whatWasQuoted_comesBack(
      @ForAll @NotEmpty @StringLength(max = 20) String user,
      @ForAll @NotEmpty @StringLength(max = 20) String secret) {
    String text = quote(user) + " " + quote(secret);
    if (text.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
      return; // lines cannot hold these
    }
    assertThat(users(text)).isEqualTo(Map.of(user, Secret.of(secret)));
  }

  private static String quote(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
