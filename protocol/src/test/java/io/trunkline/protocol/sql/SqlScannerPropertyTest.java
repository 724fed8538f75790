package io.trunkline.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SqlScannerPropertyTest {
  private static final String GAP = "\0gap\0";

  /// Statements that hint, with the gaps in which comments may stand.
  private static final Map<String, Integer> HINTS =
      Map.ofEntries(
          Map.entry("SET" + GAP + "work_mem" + GAP + "=" + GAP + "1", SessionEffect.SET_SETTING),
          Map.entry("SET" + GAP + "SESSION" + GAP + "a.b='x'", SessionEffect.SET_SETTING),
          Map.entry("SET" + GAP + "TIME" + GAP + "ZONE" + GAP + "1", SessionEffect.SET_SETTING),
          Map.entry("RESET" + GAP + "ALL", SessionEffect.RESET_ALL),
          Map.entry("DISCARD" + GAP + "ALL", SessionEffect.DISCARD_ALL),
          Map.entry("SELECT" + GAP + "set_config" + GAP + "(" + GAP + "'a','b',false)", 1),
          Map.entry("PREPARE" + GAP + "p AS SELECT 1", SessionEffect.PREPARE),
          Map.entry("DEALLOCATE" + GAP + "PREPARE" + GAP + "p", SessionEffect.DEALLOCATE),
          Map.entry("LISTEN" + GAP + "c", SessionEffect.LISTEN),
          Map.entry("UNLISTEN" + GAP + "*", SessionEffect.UNLISTEN),
          Map.entry("SELECT" + GAP + "pg_advisory_lock(1)", SessionEffect.ADVISORY_LOCK),
          Map.entry("CREATE" + GAP + "TEMP" + GAP + "TABLE x()", SessionEffect.TEMP_TABLE),
          Map.entry("SELECT 1" + GAP + "INTO" + GAP + "TEMP" + GAP + "x", SessionEffect.TEMP_TABLE),
          Map.entry(
              "DECLARE" + GAP + "c CURSOR WITH" + GAP + "HOLD FOR SELECT 1",
              SessionEffect.HOLD_CURSOR),
          Map.entry("LOAD" + GAP + "'x'", SessionEffect.LOAD),
          Map.entry("DO" + GAP + "$$ BEGIN NULL; END $$", SessionEffect.OPAQUE),
          Map.entry("CALL" + GAP + "p()", SessionEffect.OPAQUE));

  private final SqlScanner scanner = new SqlScanner();

  private int scan(String text) {
    ByteBuf sql = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    return scanner.scan(sql, 0, sql.readableBytes());
  }

  @Property
  void scan_anyBytes_neverReadsOutside(@ForAll byte[] bytes, @ForAll @IntRange(max = 9) int skip) {
    int start = Math.min(skip, bytes.length);
    ByteBuf alone = Unpooled.copiedBuffer(bytes, start, bytes.length - start);
    ByteBuf among =
        Unpooled.directBuffer()
            .writeBytes(bytes)
            .writeBytes("' SET x=1; $$".getBytes(StandardCharsets.UTF_8));
    try {
      int effects = scanner.scan(alone, 0, alone.readableBytes());
      assertThat(scanner.scan(among, start, bytes.length)).isEqualTo(effects);
      assertThat(scanner.describe(among, start, bytes.length).effects()).isEqualTo(effects);
    } finally {
      among.release();
    }
  }

  @Property
  void scan_anyTokens_neverFails(@ForAll("tokens") List<String> tokens) {
    String text = String.join("", tokens);
    ByteBuf sql = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    int effects = scanner.scan(sql, 0, sql.readableBytes());
    assertThat(scanner.describe(sql, 0, sql.readableBytes()).effects()).isEqualTo(effects);
    for (int cut = 0; cut < sql.readableBytes(); cut++) {
      scanner.scan(sql, cut, sql.readableBytes());
      scanner.describe(sql, 0, cut);
    }
  }

  @Property
  void scan_hintAmongOthers_isAlwaysFound(
      @ForAll("statements") List<String> before,
      @ForAll("hints") Map.Entry<String, Integer> hint,
      @ForAll("statements") List<String> after) {
    List<String> all = new ArrayList<>(before);
    all.add(hint.getKey());
    all.addAll(after);
    assertThat(scan(String.join(";", all)) & hint.getValue()).isEqualTo(hint.getValue());
  }

  @Property
  void scan_commonStatements_haveNoEffect(@ForAll("statements") List<String> statements) {
    assertThat(scan(String.join(";", statements))).isEqualTo(SessionEffect.NONE);
  }

  @Provide
  Arbitrary<Map.Entry<String, Integer>> hints() {
    Arbitrary<String> gaps =
        Arbitraries.of(" ", "\n", "\t ", "/**/", "/* ' /* \" */ $$ */", " -- it's;\n", "\r\n");
    return Combinators.combine(
            Arbitraries.of(HINTS.entrySet()), gaps.list().ofSize(4), Arbitraries.of(true, false))
        .as((hint, fill, upper) -> Map.entry(fill(hint.getKey(), fill, upper), hint.getValue()));
  }

  private static String fill(String hint, List<String> gaps, boolean upper) {
    String text = upper ? SettingNameTest.upper(hint) : hint;
    String gap = upper ? SettingNameTest.upper(GAP) : GAP;
    for (String fill : gaps) {
      text = text.replaceFirst(gap, Matcher.quoteReplacement(fill));
    }
    return gaps.get(0) + text.replace(gap, gaps.get(0)) + gaps.get(1);
  }

  /// Statements without effect, of pieces that could hide the end of a statement.
  @Provide
  Arbitrary<List<String>> statements() {
    Arbitrary<String> content =
        Arbitraries.of(";", "SET a=1", "--", "/*", "*/", "$$", "$a$", "é.", "x", "\n", "E", "U&");
    Arbitrary<String> inside = content.list().ofMaxSize(4).map(list -> String.join(" ", list));
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            inside.map(s -> "'" + s + "''" + s + "'"),
            inside.map(s -> "E'" + s + "\\'" + s + "\\\\'"),
            inside.map(s -> "E'" + s + "'\n  '" + s + "\\''"),
            inside.map(s -> "\"" + s + "\"\"" + s + "\""),
            inside.map(s -> "$q$" + s + "$q$"),
            inside.map(s -> "$été_1$" + s + "$été_1$"),
            inside.map(s -> "U&'" + s + "'"),
            inside.map(s -> "/*" + s.replaceAll("[*/]", "") + "*/"),
            inside.map(s -> "--" + s.replace('\n', ' ') + "\n"),
            Arbitraries.of("$1", "1.5e3", "a$b", "<->", "::int", "col", "(1,2)", "[1:2]", ">="));
    return Arbitraries.of("SELECT ", "INSERT INTO t VALUES ", "UPDATE t SET a = ", "", "BEGIN ")
        .flatMap(
            head -> pieces.list().ofMaxSize(5).map(list -> list.isEmpty() ? "" : join(head, list)))
        .list()
        .ofMaxSize(4);
  }

  private static String join(String head, List<String> pieces) {
    return head + "x " + String.join(" , ", pieces);
  }

  @Provide
  Arbitrary<List<String>> tokens() {
    return Arbitraries.of(
            "SET",
            "RESET",
            "set_config",
            "(",
            ")",
            "'",
            "\"",
            "$$",
            "$a$",
            "\\",
            "--",
            "/*",
            "*/",
            ";",
            ",",
            " ",
            "\n",
            "E'",
            "U&\"",
            "DO",
            "DEALLOCATE",
            "PREPARE",
            "ALL",
            "::",
            "a",
            ".",
            "TRANSACTION",
            "SESSION",
            "AUTHORIZATION",
            "TIME",
            "ZONE",
            "TEMP",
            "INTO",
            "true",
            "é")
        .list()
        .ofMaxSize(30);
  }
}
