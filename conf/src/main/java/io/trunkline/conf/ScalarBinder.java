package io.trunkline.conf;

import io.trunkline.settings.ByteSize;
import io.trunkline.settings.ScalarText;
import io.trunkline.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Turns single values of the file into what a setting's type and bounds ask for.
final class ScalarBinder {

  private final Findings findings;
  private final Path directory;

  /// @param directory what the names of files are relative to
  ScalarBinder(Findings findings, Path directory) {
    this.findings = findings;
    this.directory = directory;
  }

  /// The value, or null after telling what is wrong with it.
  @Nullable Object bind(Class<?> type, YamlNode node, KeyPath at, Setting setting) {
    String allowed = allowed(type, setting);
    if (!(node instanceof YamlNode.Text text) || text.isNothing()) {
      findings.add(at, node.line(), node.kind(), allowed);
      return null;
    }
    String written = text.value();
    if (written.indexOf('\0') >= 0) {
      findings.add(at, text.line(), "a NUL character", allowed);
      return null;
    }
    Object value = ScalarText.parse(type, written);
    if (value == null || !isWithin(setting, type, value)) {
      String suggestion = value == null ? suggestion(type, written) : "";
      findings.add(at, text.line(), found(type, written), allowed + suggestion);
      return null;
    }
    boolean isFile = value instanceof Path && !written.equals(setting.noFile());
    return isFile ? directory.resolve((Path) value) : value;
  }

  /// Thirty what? A number alone is refused, so that nobody's milliseconds become seconds.
  private static String found(Class<?> type, String written) {
    boolean needsUnit = type == Duration.class || type == ByteSize.class;
    boolean hasNone = written.chars().allMatch(c -> c >= '0' && c <= '9');
    return KeyPath.quoted(written) + (needsUnit && hasNone ? " without a unit" : "");
  }

  private static String suggestion(Class<?> type, String written) {
    if (!type.isEnum()) {
      return "";
    }
    List<String> words = Arrays.stream(type.getEnumConstants()).map(ScalarText::format).toList();
    return Suggestion.of(written, words);
  }

  static String allowed(Class<?> type, Setting setting) {
    String allowed = ScalarText.allowed(type);
    if (!setting.atLeast().isEmpty() && !setting.atMost().isEmpty()) {
      return allowed + ", from " + setting.atLeast() + " to " + setting.atMost();
    } else if (!setting.atLeast().isEmpty()) {
      return allowed + ", at least " + setting.atLeast();
    } else if (!setting.atMost().isEmpty()) {
      return allowed + ", at most " + setting.atMost();
    }
    return allowed;
  }

  private static boolean isWithin(Setting setting, Class<?> type, Object value) {
    return (setting.atLeast().isEmpty() || compare(value, type, setting.atLeast()) >= 0)
        && (setting.atMost().isEmpty() || compare(value, type, setting.atMost()) <= 0);
  }

  @SuppressWarnings("unchecked") // both come from one parser, so they are of one type
  private static int compare(Object value, Class<?> type, String bound) {
    return ((Comparable<Object>) value)
        .compareTo(Objects.requireNonNull(ScalarText.parse(type, bound), bound));
  }
}
