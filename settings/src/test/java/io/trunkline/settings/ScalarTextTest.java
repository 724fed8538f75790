package io.trunkline.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarTextTest {

  enum Colour implements Worded {
    RED("3.0"),
    BLUE("3.2");

    private final String word;

    Colour(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  enum Size {
    VERY_SMALL
  }

  @ParameterizedTest
  @CsvSource({"250ms, 250", "30s, 30000", "5m, 300000", "1h, 3600000", "1d, 86400000", "0, 0"})
  void parse_duration_isUnderstood(String text, long millis) {
    assertThat(ScalarText.parse(Duration.class, text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "30", "s", "-1s", "1.5s", "1 s", "30S", "1us", "36501d", "1h30m", "٣s"})
  void parse_noDuration_isNull(String text) {
    assertThat(ScalarText.parse(Duration.class, text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"512B, 512", "64KiB, 65536", "16MiB, 16777216", "1GiB, 1073741824", "0, 0"})
  void parse_size_isUnderstood(String text, long bytes) {
    assertThat(ScalarText.parse(ByteSize.class, text)).isEqualTo(new ByteSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "512", "1KB", "1kib", "-1B", "1.5MiB", "9000000000TiB", "1PiB"})
  void parse_noSize_isNull(String text) {
    assertThat(ScalarText.parse(ByteSize.class, text)).isNull();
  }

  @Property
  void format_anyDuration_isReadBack(
      @ForAll @LongRange(min = 0, max = 3_153_600_000_000L) long ms) {
    Duration duration = Duration.ofMillis(ms);

    assertThat(ScalarText.parse(Duration.class, ScalarText.format(duration))).isEqualTo(duration);
  }

  @Property
  void format_anySize_isReadBack(@ForAll @LongRange(min = 0, max = 1L << 59) long bytes) {
    ByteSize size = new ByteSize(bytes);

    assertThat(ScalarText.parse(ByteSize.class, ScalarText.format(size))).isEqualTo(size);
  }

  @Property
  void parse_anyText_neverThrows(@ForAll String text) {
    for (Class<?> type :
        new Class<?>[] {
          int.class,
          boolean.class,
          Duration.class,
          ByteSize.class,
          Path.class,
          HostPort.class,
          Size.class
        }) {
      Object value = ScalarText.parse(type, text);
      assertThat(value == null || !ScalarText.format(value).isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"very-small", "very_small"})
  void parse_word_takesEitherJoint(String text) {
    assertThat(ScalarText.parse(Size.class, text)).isEqualTo(Size.VERY_SMALL);
  }

  @Test
  void allowed_wordedEnum_listsItsWords() {
    assertThat(ScalarText.allowed(Colour.class)).isEqualTo("3.0 | 3.2");
    assertThat(ScalarText.parse(Colour.class, "3.2")).isEqualTo(Colour.BLUE);
    assertThat(ScalarText.parse(Colour.class, "BLUE")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "True", "1", ""})
  void parse_noBoolean_isNull(String text) {
    assertThat(ScalarText.parse(boolean.class, text)).isNull();
  }
}
