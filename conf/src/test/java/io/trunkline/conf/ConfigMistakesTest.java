package io.trunkline.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each kind of mistake, with the line and the words it is told with. What is tested is added to a
/// valid file of five lines, so it begins in line six.
class ConfigMistakesTest {
  private static final String KEYS_OF_LOG =
      "level | format | file | connections | disconnections | pooler_errors | stats"
          + " | stats_period | syslog";

  private static Arguments mistake(String added, String... told) {
    return Arguments.of(added, List.of(told));
  }

  static Stream<Arguments> values() {
    return Stream.of(
        mistake(
            "pool:\n  size: many\n",
            "7: pool.size: found \"many\", allowed a whole number, from 1 to 100000"),
        mistake(
            "pool: { size: -1 }",
            "6: pool.size: found \"-1\", allowed a whole number, from 1 to 100000"),
        mistake(
            "pool: { size: 1.5 }",
            "6: pool.size: found \"1.5\", allowed a whole number, from 1 to 100000"),
        mistake(
            "pool: { size: 99999999999999999999 }",
            "6: pool.size: found \"99999999999999999999\","
                + " allowed a whole number, from 1 to 100000"),
        mistake(
            "pool: { max_db_connections: 2147483648 }",
            "6: pool.max_db_connections: found \"2147483648\", allowed a whole number"),
        mistake(
            "pool: { query_timeout: 30 }",
            "6: pool.query_timeout: found \"30\" without a unit, allowed a duration with its unit,"
                + " such as 250ms, 30s, 5m, 1h or 1d"),
        mistake(
            "pool: { query_timeout: 30 s }",
            "6: pool.query_timeout: found \"30 s\", allowed a duration with its unit,"
                + " such as 250ms, 30s, 5m, 1h or 1d"));
  }

  static Stream<Arguments> words() {
    return Stream.of(
        mistake(
            "pool: { round_robin: yes }",
            "6: pool.round_robin: found \"yes\", allowed true or false"),
        mistake(
            "log: { level: wran }",
            "6: log.level: found \"wran\", allowed error | warn | info | debug | trace;"
                + " did you mean warn?"),
        mistake(
            "log: { level: }",
            "6: log.level: found nothing, allowed error | warn | info | debug | trace"),
        mistake(
            "log: { format: [json] }",
            "6: log.format: found a list, allowed text | json | pgbouncer"),
        mistake("log: quiet", "6: log: found a plain value, allowed the keys " + KEYS_OF_LOG),
        mistake("log: [quiet]", "6: log: found a list, allowed the keys " + KEYS_OF_LOG),
        mistake(
            "databases: { d: { dbname: '' } }",
            "6: databases.d.dbname: found an empty text,"
                + " allowed a text, or nothing: leave the key out"),
        mistake("databases: [a]", "6: databases: found a list, allowed a mapping of names"),
        mistake(
            "admin: { databases: trunkline }",
            "6: admin.databases: found a plain value, allowed a list"),
        mistake(
            "auth: { user_file: none.txt }",
            "/etc/trunkline/none.txt: found no such file, allowed a file this process may read"),
        mistake(
            "log: { level: \"info\\0\" }",
            "6: log.level: found a NUL character, allowed error | warn | info | debug | trace"),
        mistake(
            "auth: { query: \"$1\\0\" }", "6: auth.query: found a NUL character, allowed a text"));
  }

  static Stream<Arguments> keys() {
    return Stream.of(
        mistake(
            "log:\n  levle: info\n",
            "7: log.levle: found an unknown key, allowed " + KEYS_OF_LOG + "; did you mean level?"),
        mistake(
            "log: { colour: red }", "6: log.colour: found an unknown key, allowed " + KEYS_OF_LOG),
        mistake(
            "log: {level:info}",
            "6: log: found a key that holds a colon and has no value,"
                + " allowed a name, a colon, a space and a value"),
        mistake(
            "log:\n  level: info\n  level: warn\n",
            "8: log.level: found the key again, allowed it once; see line 7"),
        mistake(
            "log: { [level]: info }",
            "6: log: found a list in the place of a key,"
                + " allowed a name, a colon, a space and a value"),
        mistake(
            "databases: { '': {} }",
            "6: databases: found an empty key, allowed a name, a colon, a space and a value"),
        mistake(
            "databases: { my.db: { dbnam: x } }",
            "6: databases.\"my.db\".dbnam: found an unknown key, allowed cluster | dbname | user"
                + " | password | pool | pool_mode | connect_query | max_client_connections;"
                + " did you mean dbname?"),
        mistake(
            "listeners: [{ port: 1 }]",
            "6: listeners: found the key again, allowed it once; see line 1"));
  }

  static Stream<Arguments> secrets() {
    String at = "6: admin.users.root.password";
    String place = "a text, {env: NAME} or {file: PATH}";
    return Stream.of(
        mistake(secret("[hunter2]"), at + ": found a list, allowed " + place),
        mistake(secret("''"), at + ": found an empty text, allowed a secret that is not empty"),
        mistake(secret("{}"), at + ": found 0 places to find it, allowed one of env | file"),
        mistake(
            secret("{ env: SET, file: f }"),
            at + ": found 2 places to find it, allowed one of env | file"),
        mistake(
            secret("{ hunter2: x }"), at + ".hunter2: found an unknown key, allowed env | file"),
        mistake(
            secret("{ env: UNSET }"),
            at + ".env: found UNSET, which is not set, allowed a variable of the environment"),
        mistake(
            secret("{ env: EMPTY }"),
            at + ".env: found EMPTY, which is empty, allowed a secret that is not empty"),
        mistake(
            secret("{ env: 'hunter 2' }"),
            at + ".env: found no name of a variable, allowed letters, digits and _"),
        mistake(secret("{ file: [f] }"), at + ".file: found a list, allowed a name"),
        mistake(
            secret("{ file: none }"),
            at + ".file: found \"none\", no such file, allowed a file this process may read"),
        mistake(
            secret("{ file: empty }"),
            at + ".file: found \"empty\", which is empty, allowed a secret that is not empty"),
        mistake(
            secret("{ file: bytes }"),
            at + ".file: found \"bytes\", bytes that are not UTF-8, allowed UTF-8 text"),
        mistake(
            secret("{ file: large }"),
            at
                + ".file: found \"large\", more than 65536 bytes,"
                + " allowed a file of at most 65536 bytes"));
  }

  private static String secret(String value) {
    return "admin: { users: { root: { password: " + value + " } } }";
  }

  @ParameterizedTest
  @MethodSource({"values", "words", "keys", "secrets"})
  void read_oneMistake_isToldWithItsLine(String added, List<String> told) {
    FakeSurroundings surroundings =
        new FakeSurroundings()
            .variable("SET", "x")
            .variable("EMPTY", "")
            .file("/etc/trunkline/empty", "\n")
            .file("/etc/trunkline/bytes", new byte[] {(byte) 0xC3, 0x28})
            .file("/etc/trunkline/large", "x".repeat(65_537));

    assertThat(ConfigTexts.mistakes(ConfigTexts.MINIMAL + added, surroundings))
        .containsExactlyElementsOf(told);
  }

  static Stream<Arguments> documents() {
    String yaml = ", allowed YAML 1.2";
    return Stream.of(
        mistake("", "1: found an empty file, allowed the keys listeners and clusters, at least"),
        mistake(
            "# nothing\n",
            "1: found an empty file, allowed the keys listeners and clusters, at least"),
        mistake(
            "a: b: c",
            "1: found a second ': ' in a value without quotes, or wrong indentation" + yaml),
        mistake(
            "a:\n\t- b",
            "2: found a character that cannot begin a value (a tab, or one that needs quotes)"
                + yaml),
        mistake("a:\n  - b\n c: d", "3: found wrong indentation" + yaml),
        mistake("a: \"b\n\n", "3: found a quote that is never closed" + yaml),
        mistake("a: [b\nc: d", "2: found a bracket or brace that is never closed" + yaml),
        mistake("a: \"\\q\"", "1: found an unknown escape (\\) in double quotes" + yaml),
        mistake("\n\na: \u0007", "3: found a control character, allowed printable characters"),
        mistake(
            "\npassword: *hunter2",
            "2: found an alias (*) without its anchor (&) before it,"
                + " allowed a text that begins with * in quotes"),
        mistake(
            "a: &x [*x]",
            "1: found an alias (*) without its anchor (&) before it,"
                + " allowed a text that begins with * in quotes"),
        mistake(
            "\npassword: !hunter2",
            "2: found a YAML tag (!), allowed a text that begins with ! in quotes"),
        mistake("a: 1\n---\nb: 2", "2: found a second document, allowed one document in a file"),
        mistake("[".repeat(40), "1: found deeper nesting, allowed at most 32 levels"));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void read_noYaml_isToldWithItsLine(String text, List<String> told) {
    assertThat(ConfigTexts.mistakes(text)).containsExactlyElementsOf(told);
  }

  @Test
  void read_sizes_needTheirUnit() {
    String text =
        """
        listeners: [{ port: 5000 }]
        users: { app: { password: app } }
        clusters:
          a: { members: [h], routing: { max_lag_bytes: 16MB } }
          b: { members: [i], routing: { max_lag_bytes: 65536 } }
        """;
    String allowed = " allowed a size with its unit, such as 512B, 64KiB, 16MiB or 1GiB";

    assertThat(ConfigTexts.mistakes(text))
        .contains(
            "4: clusters.a.routing.max_lag_bytes: found \"16MB\"," + allowed,
            "5: clusters.b.routing.max_lag_bytes: found \"65536\" without a unit," + allowed);
  }

  @Test
  void read_aliasesOfAliases_areBounded() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      laughs.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
    }

    assertThat(ConfigTexts.mistakes(laughs.toString()))
        .containsExactly("6: found too many values, allowed at most 200000");
  }

  @Test
  void read_thousandMistakes_areCountedAndBounded() {
    String text = ConfigTexts.MINIMAL + "log:\n" + "  colour: red\n".repeat(1000);

    List<String> mistakes = ConfigTexts.mistakes(text);

    assertThat(mistakes).hasSize(201);
    assertThat(mistakes.getLast()).endsWith("found 800 more mistakes, allowed none");
  }

  @Test
  void read_manyMistakes_areAllToldByLine() {
    String text =
        """
        listeners:
          - { port: 5000, role: leader }
          - { prot: 5001 }
        clusters:
          main: { members: [h], hold: 5 }
        pool: { size: 5, min_size: 9 }
        """;

    assertThat(ConfigTexts.mistakes(text))
        .extracting(told -> told.substring(0, told.indexOf(": found")))
        .containsExactly(
            "2: listeners[0].role",
            "3: listeners[1].prot",
            "3: listeners[1].port",
            "5: clusters.main.hold",
            "6: pool.min_size");
  }

  @Test
  void read_secretWhereNoneBelongs_isNeverTold() {
    String text =
        """
        listeners: [hunter2]
        clusters: { main: { members: [h], probe: hunter2 } }
        users: { a: hunter2, b: {password:hunter2}, c: [hunter2] }
        users: hunter2
        admin: { users: { a: { password: { env: hunter2 ! } } } }
        """;

    assertThat(ConfigTexts.mistakes(text)).isNotEmpty().noneMatch(told -> told.contains("hunter2"));
  }

  @Test
  void read_fileWithBadBytes_namesTheLine() {
    byte[] bytes = "a: b\nc: \u00FF".getBytes(StandardCharsets.ISO_8859_1);
    FakeSurroundings surroundings = new FakeSurroundings().file(ConfigTexts.FILE.toString(), bytes);

    ConfigResult result = new ConfigFile(surroundings).readFile(ConfigTexts.FILE);

    assertThat(result)
        .isEqualTo(
            new ConfigResult.Bad(
                List.of(
                    new ConfigProblem(
                        ConfigTexts.FILE.toString(),
                        2,
                        "",
                        "bytes that are not UTF-8",
                        "UTF-8 text"))));
  }
}
