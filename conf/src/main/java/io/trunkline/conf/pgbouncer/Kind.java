package io.trunkline.conf.pgbouncer;

import io.trunkline.settings.ScalarText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What PgBouncer takes for a value, and how `trunkline.yml` writes the same.
enum Kind {
  /// Seconds, with fractions.
  TIME("seconds, such as 15 or 0.5") {
    @Override
    @Nullable String translate(String text) {
      if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?|\\.[0-9]{1,9}")) {
        return null;
      }
      BigDecimal millis = new BigDecimal(text).movePointRight(3);
      long whole = millis.setScale(0, RoundingMode.CEILING).longValueExact();
      return ScalarText.format(Duration.ofMillis(whole));
    }
  },
  /// A number as C writes them: 10, 012, 0xA.
  NUMBER("a whole number") {
    @Override
    @Nullable String translate(String text) {
      try {
        int base = text.matches("0[xX].+") ? 16 : text.matches("0[0-7]+") ? 8 : 10;
        int value = Integer.parseInt(base == 16 ? text.substring(2) : text, base);
        return value < 0 ? null : Integer.toString(value);
      } catch (NumberFormatException expected) {
        return null;
      }
    }
  },
  /// 0 or 1.
  FLAG("0 or 1") {
    @Override
    @Nullable String translate(String text) {
      return switch (text) {
        case "0" -> "false";
        case "1" -> "true";
        default -> null;
      };
    }
  },
  /// Any text.
  TEXT("a text") {
    @Override
    String translate(String text) {
      return text;
    }
  },
  /// A word of a few, of which those are allowed that the setting knows.
  WORD("a word") {
    @Override
    String translate(String text) {
      return text.toLowerCase(Locale.ROOT);
    }
  },
  /// A file, relative to the working directory; an empty text is none.
  FILE("the name of a file") {
    @Override
    @Nullable String translate(String text) {
      try {
        return text.isEmpty() ? text : Path.of(text).toAbsolutePath().toString();
      } catch (InvalidPathException expected) {
        return null;
      }
    }
  };

  final String allowed;

  Kind(String allowed) {
    this.allowed = allowed;
  }

  /// The value as `trunkline.yml` has it; null when this is none.
  abstract @Nullable String translate(String text);
}
