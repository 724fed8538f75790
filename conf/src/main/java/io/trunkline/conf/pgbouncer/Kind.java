package io.trunkline.conf.pgbouncer;

import io.trunkline.settings.ByteSize;
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
  /// The same, where 0 is not "never" but "used once".
  LIFETIME(TIME.allowed) {
    @Override
    @Nullable String translate(String text) {
      String time = TIME.translate(text);
      return time == null || !time.equals(ScalarText.format(Duration.ZERO))
          ? time
          : ScalarText.format(Duration.ofMillis(1));
    }
  },
  /// A number as C writes them: 10, 012, 0xA.
  NUMBER("a whole number") {
    @Override
    @Nullable String translate(String text) {
      long value = whole(text);
      return value < 0 || value > Integer.MAX_VALUE ? null : Long.toString(value);
    }
  },
  /// Bytes, of which PostgreSQL's messages never have more than a gigabyte.
  BYTES("a number of bytes") {
    @Override
    @Nullable String translate(String text) {
      long value = whole(text);
      return value < 0 ? null : ScalarText.format(new ByteSize(Math.min(value, GIBIBYTE)));
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

  private static final long GIBIBYTE = 1L << 30;

  final String allowed;

  Kind(String allowed) {
    this.allowed = allowed;
  }

  /// A number as C writes it; negative for none.
  private static long whole(String text) {
    int base = text.matches("0[xX].+") ? 16 : text.matches("0[0-7]+") ? 8 : 10;
    try {
      return Long.parseLong(base == 16 ? text.substring(2) : text, base);
    } catch (NumberFormatException expected) {
      return -1;
    }
  }

  /// The value as `trunkline.yml` has it; null when this is none.
  abstract @Nullable String translate(String text);
}
