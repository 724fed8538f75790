package io.trunkline.conf;

import io.trunkline.settings.Secret;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads secrets: written out, or where to find them (`{env: NAME}`, `{file: PATH}`). What is
/// written never gets into a message, however wrong it is.
final class SecretBinder {

  static final String ALLOWED = "a text, {env: NAME} or {file: PATH}";

  private static final int FILE_BYTES_MAX = 64 * 1024;
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  private final Findings findings;
  private final Surroundings surroundings;
  private final Path directory;

  SecretBinder(Findings findings, Surroundings surroundings, Path directory) {
    this.findings = findings;
    this.surroundings = surroundings;
    this.directory = directory;
  }

  /// The secret, or null after telling what is wrong with it.
  @Nullable Secret bind(YamlNode node, KeyPath at) {
    return switch (node) {
      case YamlNode.Text text when text.isNothing() -> refuse(node, at, "nothing", ALLOWED);
      case YamlNode.Text text -> secret(text.value(), node, at, "an empty text");
      case YamlNode.Sequence list -> refuse(node, at, list.kind(), ALLOWED);
      case YamlNode.Mapping mapping -> place(mapping, at);
    };
  }

  private @Nullable Secret place(YamlNode.Mapping mapping, KeyPath at) {
    Map<String, YamlNode> keys = new Keys(findings).known(mapping, at, List.of("env", "file"));
    if (keys.size() != 1) {
      return findings.isBroken(at)
          ? null
          : refuse(mapping, at, keys.size() + " places to find it", "one of env | file");
    }
    Map.Entry<String, YamlNode> only = keys.entrySet().iterator().next();
    KeyPath place = at.child(only.getKey());
    if (!(only.getValue() instanceof YamlNode.Text text) || text.isNothing()) {
      return refuse(only.getValue(), place, only.getValue().kind(), "a name");
    }
    return only.getKey().equals("env") ? fromEnvironment(text, place) : fromFile(text, place);
  }

  private @Nullable Secret fromEnvironment(YamlNode.Text name, KeyPath at) {
    if (!NAME.matcher(name.value()).matches()) {
      return refuse(name, at, "no name of a variable", "letters, digits and _");
    }
    String value = surroundings.environment(name.value());
    if (value == null) {
      return refuse(name, at, name.value() + ", which is not set", "a variable of the environment");
    }
    return secret(value, name, at, name.value() + ", which is empty");
  }

  private @Nullable Secret fromFile(YamlNode.Text name, KeyPath at) {
    try {
      Path file = directory.resolve(name.value());
      String text = new TextFile(surroundings).read(file, FILE_BYTES_MAX);
      String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
      line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      return secret(line, name, at, KeyPath.quoted(name.value()) + ", which is empty");
    } catch (InvalidPathException expected) {
      return refuse(name, at, "no name of a file", "the path of a file");
    } catch (Refused e) {
      return refuse(name, at, KeyPath.quoted(name.value()) + ", " + e.found(), e.allowed());
    }
  }

  private @Nullable Secret secret(String text, YamlNode node, KeyPath at, String ifEmpty) {
    if (text.isEmpty()) {
      return refuse(node, at, ifEmpty, "a secret that is not empty");
    } else if (text.indexOf('\0') >= 0) {
      return refuse(node, at, "a secret with a NUL character", "one without");
    }
    return Secret.of(text);
  }

  private @Nullable Secret refuse(YamlNode node, KeyPath at, String found, String allowed) {
    findings.add(at, node.line(), found, allowed);
    return null;
  }
}
