package io.trunkline.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Single values of settings as texts: the one table of what a number, a duration, a size or a word
/// looks like, for the file, for defaults and for what is shown to an operator.
public final class ScalarText {

  /// @param parse the value, or null when the text is none
  /// @param allowed completes the sentence "allowed: …"
  private record Kind(Function<String, @Nullable Object> parse, String allowed) {}

  private static final Map<Class<?>, Kind> KINDS =
      Map.of(
          String.class, new Kind(text -> text, "a text"),
          int.class, new Kind(ScalarText::parseInt, "a whole number"),
          Integer.class, new Kind(ScalarText::parseInt, "a whole number"),
          boolean.class, new Kind(ScalarText::parseBoolean, "true or false"),
          Boolean.class, new Kind(ScalarText::parseBoolean, "true or false"),
          Duration.class,
              new Kind(
                  DurationText::parse,
                  "a duration with its unit, such as 250ms, 30s, 5m, 1h or 1d"),
          ByteSize.class,
              new Kind(ByteSize::parse, "a size with its unit, such as 512B, 64KiB, 16MiB or 1GiB"),
          Path.class, new Kind(ScalarText::parsePath, "the path of a file"),
          HostPort.class, new Kind(ScalarText::parseHostPort, "host, host:port or [ipv6]:port"));

  private ScalarText() {}

  public static boolean isScalar(Class<?> type) {
    return type.isEnum() || KINDS.containsKey(type);
  }

  /// The value of a scalar type, or null when the text is not one.
  public static @Nullable Object parse(Class<?> type, String text) {
    return type.isEnum() ? parseWord(type, text) : kind(type).parse().apply(text);
  }

  /// What a text of this type looks like; completes the sentence "allowed: …".
  public static String allowed(Class<?> type) {
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants())
            .map(ScalarText::format)
            .collect(Collectors.joining(" | "))
        : kind(type).allowed();
  }

  /// The value as the file would write it.
  public static String format(Object value) {
    return switch (value) {
      case Worded worded -> worded.word();
      case Enum<?> constant -> kebab(constant.name());
      case Duration duration -> DurationText.format(duration);
      default -> value.toString();
    };
  }

  private static Kind kind(Class<?> type) {
    Kind kind = KINDS.get(type);
    if (kind == null) {
      throw new IllegalArgumentException("no scalar: " + type);
    }
    return kind;
  }

  /// `least_connections` is as good as `least-connections`; upper case is not.
  private static @Nullable Object parseWord(Class<?> type, String text) {
    String wanted = text.replace('_', '-');
    for (Object constant : type.getEnumConstants()) {
      if (format(constant).replace('_', '-').equals(wanted)) {
        return constant;
      }
    }
    return null;
  }

  private static String kebab(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static @Nullable Object parseInt(String text) {
    Amount amount = Amount.parse(text);
    if (amount == null || !amount.unit().isEmpty() || amount.number() > Integer.MAX_VALUE) {
      return null;
    }
    return (int) amount.number();
  }

  private static @Nullable Object parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  private static @Nullable Object parsePath(String text) {
    try {
      return text.isEmpty() ? null : Path.of(text);
    } catch (InvalidPathException expected) {
      return null; // a NUL character, for one
    }
  }

  private static @Nullable Object parseHostPort(String text) {
    try {
      return HostPort.parse(text, 5432);
    } catch (IllegalArgumentException expected) {
      return null;
    }
  }
}
