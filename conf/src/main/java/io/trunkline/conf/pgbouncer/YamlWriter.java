package io.trunkline.conf.pgbouncer;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes a draft as YAML, with the option each value comes from behind it.
final class YamlWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_/.][A-Za-z0-9_/.+ -]*(?<! )");
  private static final Set<String> WORDS =
      Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]*");

  private final StringBuilder out = new StringBuilder();

  static String write(Draft.Section root) {
    YamlWriter writer = new YamlWriter();
    root.keys()
        .forEach((key, part) -> {
          writer.out.append('\n');
          writer.entry(key, part, 0);
        });
    return writer.out.toString();
  }

  private void entry(String key, Draft part, int depth) {
    indent(depth);
    out.append(KEY.matcher(key).matches() ? key : quoted(key)).append(':');
    switch (part) {
      case Draft.Value value -> {
        out.append(' ').append(scalar(value.text()));
        end(value);
      }
      case Draft.Section section when section.isEmpty() -> out.append(" {}\n");
      case Draft.Section section -> {
        out.append('\n');
        section.keys().forEach((name, below) -> entry(name, below, depth + 1));
      }
      case Draft.Items items -> {
        out.append('\n');
        items.items().forEach(item -> item(item, depth + 1));
      }
    }
  }

  private void item(Draft item, int depth) {
    indent(depth);
    out.append("- ");
    switch (item) {
      case Draft.Value value -> {
        out.append(scalar(value.text()));
        end(value);
      }
      case Draft.Section section -> {
        int start = out.length();
        for (Map.Entry<String, Draft> below : section.keys().entrySet()) {
          int from = out.length();
          entry(below.getKey(), below.getValue(), depth + 1);
          if (from == start) {
            out.delete(from, from + 2 * (depth + 1)); // it stands behind the dash
          }
        }
      }
      case Draft.Items _ -> throw new IllegalStateException("a list in a list");
    }
  }

  private void indent(int depth) {
    out.repeat("  ", depth);
  }

  private void end(Draft.Value value) {
    if (value.from() != null && value.from().line() > 0) {
      String name = value.from().name();
      out.append("  # ").append(name.substring(name.lastIndexOf(' ') + 1));
    }
    out.append('\n');
  }

  private static String scalar(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    return plain || text.equals("true") || text.equals("false") ? text : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case '\t' -> quoted.append("\\t");
            default -> {
              if (Character.isISOControl(c)) {
                quoted.append("\\x%02x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            }
          }
        });
    return quoted.append('"').toString();
  }
}
