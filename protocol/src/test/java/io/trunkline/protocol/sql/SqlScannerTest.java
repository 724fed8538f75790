package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.protocol.sql.SettingNames.Unknown;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SqlScannerTest {

  /// Names of the bits of [SessionEffect], the lowest first.
  private static final List<String> EFFECTS =
      List.of(
          "SET_SETTING",
          "RESET_SETTING",
          "RESET_ALL",
          "DISCARD_ALL",
          "DISCARD_TEMP",
          "DISCARD_PLANS",
          "DISCARD_SEQUENCES",
          "PREPARE",
          "EXECUTE",
          "DEALLOCATE",
          "DEALLOCATE_ALL",
          "LISTEN",
          "UNLISTEN",
          "ADVISORY_LOCK",
          "ADVISORY_UNLOCK",
          "TEMP_TABLE",
          "DROP",
          "HOLD_CURSOR",
          "CLOSE_CURSOR",
          "LOAD",
          "OPAQUE",
          "SET_LOCAL");

  private final SqlScanner scanner = new SqlScanner();

  /// A row of `statements.txt`.
  record Row(String effects, String settings, String text) {
    static Row of(String line) {
      String[] fields = line.split(" \\|", 3);
      String text = fields[2].replace('⏎', '\n').replace('⇥', '\t').replace('␍', '\r');
      return new Row(fields[0].strip(), fields[1].strip(), text.strip());
    }

    Set<String> bits() {
      return effects.equals("-") ? Set.of() : new TreeSet<>(List.of(effects.split(",")));
    }

    Unknown unknown() {
      return settings.endsWith("!")
          ? Unknown.CUSTOM
          : settings.endsWith("?") ? Unknown.INDIRECT : Unknown.NOTHING;
    }

    Set<String> names() {
      String names = settings.replaceAll("[?!]$|^-$", "");
      return names.isEmpty() ? Set.of() : new TreeSet<>(List.of(names.split(",")));
    }
  }

  static Stream<Row> rows() throws IOException {
    try (var in = SqlScannerTest.class.getResourceAsStream("statements.txt")) {
      var text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> line.contains(" | ")).map(Row::of);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void scan_everyRow_hasItsEffectsAndNames(Row row) {
    ByteBuf sql = Unpooled.copiedBuffer(row.text, StandardCharsets.UTF_8);
    int effects = scanner.scan(sql, 0, sql.readableBytes());
    ScannedStatements statements = scanner.describe(sql, 0, sql.readableBytes());
    assertThat(bits(effects)).isEqualTo(row.bits());
    assertThat(statements.effects()).isEqualTo(effects);
    assertThat(statements.settings().names()).isEqualTo(latin1(row.names()));
    assertThat(statements.settings().unknown()).isEqualTo(row.unknown());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void scan_directBufferInTheMiddle_isTheSame(Row row) {
    byte[] text = row.text.getBytes(StandardCharsets.UTF_8);
    ByteBuf sql = Unpooled.directBuffer().writeBytes(new byte[] {'S', 'E', '\''});
    sql.writeBytes(text).writeBytes(";SET x=1".getBytes(StandardCharsets.UTF_8));
    try {
      assertThat(bits(scanner.scan(sql, 3, 3 + text.length))).isEqualTo(row.bits());
    } finally {
      sql.release();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void scan_inUpperCase_isTheSame(Row row) {
    assertThat(bits(scan(SettingNameTest.upper(row.text)))).isEqualTo(row.bits());
  }

  private static Set<String> latin1(Set<String> names) {
    Set<String> decoded = new TreeSet<>();
    names.forEach(n -> decoded.add(new String(n.getBytes(StandardCharsets.UTF_8), LATIN1)));
    return decoded;
  }

  private static final Charset LATIN1 = StandardCharsets.ISO_8859_1;

  private static Set<String> bits(int effects) {
    return IntStream.range(0, EFFECTS.size())
        .filter(bit -> (effects & 1 << bit) != 0)
        .mapToObj(EFFECTS::get)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private int scan(String text) {
    ByteBuf sql = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    return scanner.scan(sql, 0, sql.readableBytes());
  }

  private ScannedStatements describe(String text) {
    ByteBuf sql = Unpooled.copiedBuffer("....." + text, StandardCharsets.UTF_8);
    return scanner.describe(sql, 5, sql.readableBytes());
  }

  @Test
  void describe_oneStatement_isSingle() {
    assertThat(describe("DEALLOCATE a").singleStatement()).isTrue();
    assertThat(describe(" ;; /* x; */ DEALLOCATE a; -- y;\n ;").singleStatement()).isTrue();
    assertThat(describe("SELECT ';', \";\", $$;$$, E'\\';'").singleStatement()).isTrue();
    assertThat(describe("(SELECT 1)").singleStatement()).isTrue();
    assertThat(describe("DO $$BEGIN NULL; END$$").singleStatement()).isTrue();
  }

  @Test
  void describe_noneOrSeveralStatements_areNotSingle() {
    assertThat(describe("").singleStatement()).isFalse();
    assertThat(describe(" ; ").singleStatement()).isFalse();
    assertThat(describe("SELECT 1; SELECT 2").singleStatement()).isFalse();
    assertThat(describe("(SELECT 1); (SELECT 2)").singleStatement()).isFalse();
    assertThat(describe("DEALLOCATE a; DEALLOCATE b").singleStatement()).isFalse();
  }

  @Test
  void describe_backslashThatMayEscape_isNotCertainlySingle() {
    assertThat(describe("SELECT 'a\\'").singleStatement()).isFalse();
  }

  @Test
  void describe_deallocate_tellsNameAndRange() {
    assertThat(describe("DEALLOCATE Abc").deallocated())
        .containsExactly(new StatementName("abc", 16, 19));
    assertThat(describe("DEALLOCATE PREPARE \"A\"\"b\" ;").deallocated())
        .containsExactly(new StatementName("A\"b", 24, 30));
    assertThat(describe("DEALLOCATE prepare").deallocated())
        .containsExactly(new StatementName("prepare", 16, 23));
    assertThat(describe("DEALLOCATE ALL").deallocated()).isEmpty();
  }

  @Test
  void describe_prepareAndExecute_tellTheirNames() {
    ScannedStatements both = describe("PREPARE p AS SELECT 1; EXECUTE p; EXECUTE \"Q\"(1)");
    assertThat(both.prepared()).containsExactly(new StatementName("p", 13, 14));
    assertThat(both.executed())
        .containsExactly(new StatementName("p", 36, 37), new StatementName("Q", 47, 50));
    assertThat(describe("PREPARE transaction AS SELECT 1").prepared())
        .containsExactly(new StatementName("transaction", 13, 24));
  }

  @Test
  void describe_longName_isCutAsPostgresDoes() {
    String name = "a".repeat(62) + "é" + "b";
    assertThat(describe("DEALLOCATE " + name).deallocated())
        .extracting(StatementName::name)
        .containsExactly("a".repeat(62));
  }

  @Test
  void describe_moreNamesThanCounted_saysThereAreOthers() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2 * SettingNames.NAMES_MAX; i++) {
      text.append("SET a.n").append(i).append("=1;");
    }
    SettingNames settings = describe(text.toString()).settings();
    assertThat(settings.names()).hasSize(SettingNames.NAMES_MAX);
    assertThat(settings.unknown()).isEqualTo(Unknown.CUSTOM);
  }

  @Test
  void scan_sjisBackslashBeforeQuote_isNotMissed() {
    // U+8868 is 0x95 0x5C in SJIS: the string ends behind it, and SET is a statement.
    Charset sjis = Charset.forName("Shift_JIS");
    for (String text : List.of("SELECT '表'; SET a=1; --'", "SELECT E'表'; SET a=1; --'")) {
      ByteBuf sql = Unpooled.copiedBuffer(text, sjis);
      int effects = scanner.scan(sql, 0, sql.readableBytes());
      assertThat(effects & (SessionEffect.SET_SETTING | SessionEffect.OPAQUE)).isNotZero();
    }
  }

  @Test
  void scan_largerThanAnyBefore_isRead() {
    assertThat(bits(scan("SELECT '" + "x".repeat(1_000_000) + "'; LISTEN c")))
        .containsExactly("LISTEN");
  }

  /// Every call looks ahead for its arguments; the sum of it must stay in proportion to the text.
  @Test
  void scan_callsWithinCalls_takeLinearTime() {
    String nested = "set_config(".repeat(40_000);
    assertThat(bits(scan("SELECT " + nested))).containsExactly("SET_SETTING");
  }
}
