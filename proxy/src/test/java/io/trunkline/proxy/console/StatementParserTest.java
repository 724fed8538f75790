package io.trunkline.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementParserTest {

  private static Statement parse(String query) {
    List<Statement> statements = StatementParser.parse(query);
    assertThat(statements).as(query).hasSize(1);
    return statements.getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW POOLS",
        "show pools;",
        "  ShOw\n\tpOoLs  ; ",
        "SELECT pools",
        "select POOLS;;",
        "/* a /* nested */ comment */ show -- to the end\n pools",
        "-- first\nshow/**/pools--"
      })
  void show_inAnyClothes_isTheSame(String query) {
    assertThat(parse(query)).isEqualTo(new Statement.Show("pools"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ";", ";;;", "-- nothing", "/* nothing */ ;", "\n\t"})
  void nothing_isOneEmptyCommand(String query) {
    assertThat(parse(query)).isEqualTo(new Statement.Empty());
  }

  @Test
  void command_argument_keepsItsCase() {
    assertThat(parse("Pause MyDb")).isEqualTo(new Statement.Command("pause", "MyDb"));
    assertThat(parse("PAUSE \"my db;\"\"x\""))
        .isEqualTo(new Statement.Command("pause", "my db;\"x"));
    assertThat(parse("RECONNECT")).isEqualTo(new Statement.Command("reconnect", ""));
    assertThat(parse("KILL_CLIENT 12")).isEqualTo(new Statement.Command("kill_client", "12"));
    assertThat(parse("disable my-db.eu")).isEqualTo(new Statement.Command("disable", "my-db.eu"));
  }

  @Test
  void explainRoute_itsArguments_keepTheirCase() {
    assertThat(parse("Explain ROUTE Me \"my db\" 5000"))
        .isEqualTo(new Statement.ExplainRoute(List.of("Me", "my db", "5000")));
    assertThat(parse("explain route 'it''s' my-db.eu x"))
        .isEqualTo(new Statement.ExplainRoute(List.of("it's", "my-db.eu", "x")));
  }

  @Test
  void several_eachIsOne() {
    assertThat(StatementParser.parse("SET a = 1; show 'x'; ; RESUME b"))
        .containsExactly(
            new Statement.Set("a", "1"),
            new Statement.Show("x"),
            new Statement.Command("resume", "b"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "SET extra_float_digits = 3, extra_float_digits, 3",
        "set session x to 'it''s', x, it's",
        "SET LOCAL DateStyle=ISO, datestyle, ISO",
        "SET TIME ZONE 'UTC', timezone, UTC",
        "SET SESSION CHARACTERISTICS AS TRANSACTION x, transaction, AS TRANSACTION x",
        "SET TRANSACTION READ ONLY, transaction, READ ONLY"
      })
  void set_inAnyForm_isNameAndValue(String query, String name, String value) {
    assertThat(parse(query)).isEqualTo(new Statement.Set(name, value));
  }

  @ParameterizedTest
  @CsvSource({
    "BEGIN, BEGIN, true",
    "START TRANSACTION READ ONLY, START TRANSACTION, true",
    "commit work, COMMIT, false",
    "END, COMMIT, false",
    "ROLLBACK, ROLLBACK, false",
    "abort, ROLLBACK, false"
  })
  void transaction_words_areKnown(String query, String tag, boolean opens) {
    assertThat(parse(query)).isEqualTo(new Statement.Transaction(tag, opens));
  }

  @ParameterizedTest
  @CsvSource({
    "SELECT 1, 1",
    "select version(), version",
    "SELECT pg_catalog.version(), version",
    "SHOW TRANSACTION ISOLATION LEVEL, transaction isolation level"
  })
  void driverQuestions_areShows(String query, String what) {
    assertThat(parse(query)).isEqualTo(new Statement.Show(what));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a, b",
        "SELECT * FROM pg_class",
        "SELECT",
        "PAUSE a b",
        "PAUSE (a)",
        "EXPLAIN",
        "EXPLAIN SELECT 1",
        "EXPLAIN ROUTE",
        "EXPLAIN ROUTE a b",
        "EXPLAIN ROUTE a b 1 c",
        "EXPLAIN ROUTE a, b 1",
        "EXPLAIN ROUTE a b =",
        "'show' pools",
        "= x",
        "SET",
        "SET a",
        "SET a b",
        "SHOW \"unterminated",
        "SHOW 'unterminated",
        "/* unterminated",
        "\u0001\u0002",
        "🙂"
      })
  void garbage_isRefused(String query) {
    assertThatThrownBy(
            () -> {
              Statement statement = parse(query);
              if (statement instanceof Statement.Command) { // a word, but no command
                throw ConsoleError.unknownCommand(query);
              }
            })
        .isInstanceOfSatisfying(
            ConsoleError.class,
            error -> assertThat(error.response("").sqlState()).isEqualTo("42601"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "'", "\"", "x ", ";", "/*", "--", "x;", "x 'y' "})
  void longInput_isBounded(String piece) {
    String query = piece.repeat(1_000_000 / piece.length());
    try {
      assertThat(StatementParser.parse(query)).hasSizeLessThan(100);
    } catch (ConsoleError refused) {
      assertThat(refused.response("").sqlState()).isEqualTo("42601");
    }
  }

  @Property(tries = 2000)
  void anyText_isACommandOrRefused(@ForAll @StringLength(max = 200) String query) {
    try {
      assertThat(StatementParser.parse(query)).isNotEmpty();
    } catch (ConsoleError refused) {
      assertThat(refused.response("").sqlState()).isEqualTo("42601");
    }
  }
}
