package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;

/// Whatever the file holds, reading it ends with a result, and what it says stays short and free of
/// secrets.
class ConfigFileFuzzTest {

  private static final int PROBLEMS_MAX = 201;

  /// Longer than a list of every key of a section.
  private static final int TEXT_MAX = 2000;

  private static final String SECRET = "Xq7vHunter2";

  private static final String TEXT =
      """
      listeners:
        - { port: 5000, role: primary }
      clusters:
        main:
          members: [10.0.0.1, { name: b, address: 10.0.0.2 }]
          probe: { user: u, password: Xq7vHunter2 }
      users:
        app: { password: Xq7vHunter2 }
        other:
          password: "Xq7vHunter2"
      databases: { d: { user: u, password: Xq7vHunter2, pool: { size: 2 } } }
      auth: { query_user: u, query_password: 'Xq7vHunter2' }
      admin: { users: { a: { password: Xq7vHunter2, role: admin } } }
      """;

  @FuzzTest(maxDuration = "1m")
  void read_anyBytes_endsWithAResult(byte[] bytes) {
    FakeSurroundings surroundings = new FakeSurroundings().file(ConfigTexts.FILE.toString(), bytes);

    check(new ConfigFile(surroundings).readFile(ConfigTexts.FILE));
  }

  @FuzzTest(maxDuration = "1m")
  void read_anyTextWithinAFile_endsWithAResult(FuzzedDataProvider data) {
    int at = data.consumeInt(0, TEXT.length());
    String text = TEXT.substring(0, at) + data.consumeRemainingAsString() + TEXT.substring(at);

    check(ConfigTexts.read(text, new FakeSurroundings()));
  }

  @FuzzTest(maxDuration = "1m")
  void parse_anyUserList_endsWithAResult(FuzzedDataProvider data) {
    if (UserListFile.parse("u", data.consumeRemainingAsString())
        instanceof UserListFile.Result.Bad bad) {
      assertThat(bad.problems()).hasSizeBetween(1, 100);
    }
  }

  /// One slip of the finger: a character too much, too few, or another.
  @Property(tries = 500)
  void read_oneSlip_neverTellsSecrets(
      @ForAll @IntRange(max = 500) int at,
      @ForAll @IntRange(max = 2) int slip,
      @ForAll @Chars({':', ' ', '\n', '"', '\'', '{', '}', '[', ',', '-', '#', '&', '*', '!', 'x'})
          char character) {
    int place = at % TEXT.length();
    String rest = TEXT.substring(slip == 0 ? place : place + 1);
    String text = TEXT.substring(0, place) + (slip == 2 ? "" : character) + rest;

    check(ConfigTexts.read(text, new FakeSurroundings()));
  }

  private static void check(ConfigResult result) {
    if (result instanceof ConfigResult.Bad bad) {
      assertThat(bad.problems()).hasSizeBetween(1, PROBLEMS_MAX);
      for (ConfigProblem problem : bad.problems()) {
        assertThat(problem.toString()).hasSizeLessThan(TEXT_MAX).doesNotContain(SECRET);
      }
    }
  }
}
