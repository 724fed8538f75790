package io.trunkline.conf;

import io.trunkline.settings.ByteSize;
import io.trunkline.settings.HostPort;
import io.trunkline.settings.Partial;
import io.trunkline.settings.ScalarText;
import io.trunkline.settings.Secret;
import io.trunkline.settings.Setting;
import io.trunkline.settings.SettingField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes `docs/config.md` from the settings records: a table for each section of the file.
public final class ConfigDoc {

  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Written by ConfigDoc from the settings records: change those. -->

      `trunkline.yml` is YAML 1.2. `./trunkline check FILE` tells every mistake in it, each with its
      line, what was found and what is allowed; `./trunkline run FILE` refuses a file that has any.
      Ready-to-use files are in `conf/examples/`.

      * A **duration** is a whole number with its unit: `250ms`, `30s`, `5m`, `1h`, `1d`. A **size**
        is one with `B`, `KiB`, `MiB`, `GiB` or `TiB`. Only `0` needs no unit.
      * A **secret** is a text, `{env: NAME}` for a variable of the environment, or `{file: PATH}`
        for the content of a file, without its last line break. No message, log or console shows
        one.
      * The name of a **file** is relative to the directory of `trunkline.yml`.
      * Words may be written with `-` or `_` between their parts.
      * **Part of** another section means: any of its settings, for those that differ here. Of
        several that say something about one client, the user's word counts most, then the
        database's, then the listener's, then the section itself.
      * Anchors and aliases (`&name`, `*name`) repeat a part of the file; tags (`!name`) are
        refused.
      """;

  private static final Map<Class<?>, String> TYPES =
      Map.of(
          String.class, "text",
          int.class, "number",
          boolean.class, "true or false",
          Duration.class, "duration",
          ByteSize.class, "size",
          Path.class, "file",
          HostPort.class, "host:port",
          Secret.class, "secret");

  private final StringBuilder out = new StringBuilder();
  private final Map<Class<?>, String> sections = new HashMap<>();

  private ConfigDoc() {}

  /// The whole page.
  public static String markdown() {
    ConfigDoc doc = new ConfigDoc();
    doc.name(ProxyConfig.class, "");
    doc.out.append(INTRODUCTION).append("\n## The file\n\n");
    doc.section(ProxyConfig.class, "");
    return doc.out.toString();
  }

  /// Writes the page to the file named by the only argument.
  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), markdown());
  }

  /// Finds the section of each record first: a table may mention one that comes later.
  private void name(Class<?> record, String path) {
    sections.putIfAbsent(record, path);
    for (SettingField field : SettingField.of(record.asSubclass(Record.class))) {
      if (field.type() != Partial.class && element(field).isRecord() && !isScalar(element(field))) {
        name(element(field), path(field, path));
      }
    }
  }

  private void section(Class<?> record, String path) {
    List<SettingField> fields = SettingField.of(record.asSubclass(Record.class));
    out.append("| setting | default | type | meaning |\n|---|---|---|---|\n");
    fields.forEach(field -> row(field, path));
    for (SettingField field : fields) {
      Class<?> element = element(field);
      if (field.type() != Partial.class && element.isRecord() && !isScalar(element)) {
        String below = path(field, path);
        out.append("\n## `").append(below).append("`\n\n");
        out.append(field.setting().value()).append("\n\n");
        section(element, below);
      }
    }
  }

  private void row(SettingField field, String path) {
    out.append("| `")
        .append(field.key())
        .append("` | ")
        .append(byDefault(field))
        .append(" | ")
        .append(cell(type(field, path)))
        .append(" | ")
        .append(cell(field.setting().value()))
        .append(" |\n");
  }

  private static String byDefault(SettingField field) {
    Setting setting = field.setting();
    if (setting.required()) {
      return "**required**";
    } else if (setting.byDefault().isEmpty()) {
      return field.type() == String.class && !field.isNullable() ? "`\"\"`" : "";
    }
    return "`" + cell(setting.byDefault()) + "`";
  }

  private String type(SettingField field, String path) {
    Class<?> element = element(field);
    if (field.type() == Partial.class) {
      return "part of " + link(sections.getOrDefault(element, ""));
    } else if (element.isRecord() && !isScalar(element)) {
      return link(path(field, path));
    }
    String one = scalar(element, field.setting());
    if (field.type() == List.class) {
      return "list of " + one;
    }
    return field.type() == Map.class ? "names, each with a " + one : one;
  }

  private static String scalar(Class<?> type, Setting setting) {
    if (type.isEnum()) {
      return "`" + ScalarText.allowed(type).replace(" | ", "` | `") + "`";
    }
    String name = TYPES.getOrDefault(type, "text");
    if (!setting.atLeast().isEmpty() && !setting.atMost().isEmpty()) {
      return name + ", " + setting.atLeast() + " to " + setting.atMost();
    } else if (!setting.atLeast().isEmpty()) {
      return name + ", at least " + setting.atLeast();
    }
    return setting.atMost().isEmpty() ? name : name + ", at most " + setting.atMost();
  }

  private static boolean isScalar(Class<?> type) {
    return ScalarText.isScalar(type) || type == Secret.class;
  }

  private static Class<?> element(SettingField field) {
    Class<?> type = field.type();
    if (type == List.class || type == Partial.class) {
      return (Class<?>) field.argument(0);
    }
    return type == Map.class ? (Class<?>) field.argument(1) : type;
  }

  private static String path(SettingField field, String above) {
    String path = above.isEmpty() ? field.key() : above + "." + field.key();
    if (field.type() == List.class) {
      return path + "[]";
    }
    return field.type() == Map.class ? path + ".NAME" : path;
  }

  /// A link to a section, by the anchor that common renderers make of its heading.
  private static String link(String path) {
    return "[" + path + "](#" + path.replaceAll("[.\\[\\]]", "").toLowerCase(Locale.ROOT) + ")";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
