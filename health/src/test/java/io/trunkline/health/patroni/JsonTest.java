package io.trunkline.health.patroni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @Test
  void parse_whatPatroniSays_isReadable() throws Exception {
    JsonObject answer =
        Json.object(
            "{\"state\": \"running\", \"xlog\": {\"location\": 162422920}, \"paused\": false,"
                + " \"lag\": \"unknown\", \"none\": null,"
                + " \"members\": [{\"name\": \"node1\"}, 7]}");

    assertThat(answer.text("state")).isEqualTo("running");
    assertThat(answer.object("xlog").number("location", 0)).isEqualTo(162_422_920);
    assertThat(answer.isTrue("paused")).isFalse();
    assertThat(answer.number("lag", -1)).isEqualTo(-1);
    assertThat(answer.text("none")).isNull();
    assertThat(answer.objects("members")).hasSize(1);
    assertThat(answer.texts()).containsOnlyKeys("state", "paused", "lag");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "12, 12",
        "-0, 0",
        "1.5e3, 1500.0",
        "99999999999999999999, 1.0E20",
        "\"\\u00e9\\n\\/\", `é\n/`",
        "`  true `, true"
      })
  void parse_scalar_isItsValue(String text, String value) throws Exception {
    assertThat(String.valueOf(Json.parse(text))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "[", "[1", "[1,]",
        "\"", "\"\\", "\"\\x\"", "\"\\u12", "\"\\u12G4\"", "\"\u0001\"", "01", "1.", ".5", "+1",
            "-",
        "1e", "tru", "nul", "1 2", "{} x", "NaN", "<html>", "\u0000"
      })
  void parse_brokenText_isAMistake(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonMistake.class);
  }

  @Test
  void parse_deepText_isAMistakeAndNoOverflow() {
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000)))
        .isInstanceOf(JsonMistake.class)
        .hasMessage("deeper than 32 levels at character 33");
  }

  @Test
  void object_ofSomethingElse_isAMistake() {
    assertThatThrownBy(() -> Json.object("[]")).hasMessage("not an object");
  }

  @Property(tries = 2_000)
  void parse_anyText_isAValueOrAMistake(@ForAll("nearlyJson") String text) {
    try {
      Object value = Json.parse(text);
      assertThat(value == null || value.toString() != null).isTrue();
    } catch (JsonMistake expected) {
      assertThat(expected).hasMessageMatching("(?s).+");
    }
  }

  @Property(tries = 1_000)
  void parse_writtenValue_isThatValue(@ForAll("values") Object value) throws Exception {
    assertThat(Json.parse(written(value))).isEqualTo(value);
  }

  @Provide
  Arbitrary<String> nearlyJson() {
    return Arbitraries.of(
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "1", "-", "e", "null", " ")
        .list()
        .ofMaxSize(20)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<Object> values() {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(8).map(text -> (Object) text),
            Arbitraries.longs().map(number -> (Object) number),
            Arbitraries.of(true, false).map(truth -> (Object) truth));
    return Arbitraries.oneOf(
        scalars,
        scalars.list().ofMaxSize(4).map(list -> (Object) new ArrayList<>(list)),
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(4), scalars)
            .ofMaxSize(4)
            .map(map -> (Object) new LinkedHashMap<>(map)));
  }

  private static String written(Object value) {
    return switch (value) {
      case String text -> quoted(text);
      case List<?> list ->
          "[" + String.join(", ", list.stream().map(JsonTest::written).toList()) + "]";
      case Map<?, ?> map ->
          "{"
              + String.join(
                  ",",
                  map.entrySet().stream()
                      .map(e -> quoted(e.getKey().toString()) + ":" + written(e.getValue()))
                      .toList())
              + "}";
      default -> value.toString();
    };
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted((int) c) : "" + c);
    }
    return out.append('"').toString();
  }
}
