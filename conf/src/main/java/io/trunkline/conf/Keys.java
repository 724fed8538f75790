package io.trunkline.conf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The keys of a mapping, each once and each a text; the others are mistakes.
///
/// A key is shown only when it looks like one: of `{password:hunter2}`, without the space, YAML
/// makes a key.
final class Keys {

  private static final Pattern SETTING = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  private final Findings findings;

  Keys(Findings findings) {
    this.findings = findings;
  }

  /// The values of a record's keys, without those it does not have.
  Map<String, YamlNode> known(YamlNode.Mapping mapping, KeyPath at, List<String> allowed) {
    Map<String, YamlNode> values = new LinkedHashMap<>();
    free(mapping, at)
        .forEach((key, value) -> {
          if (allowed.contains(key)) {
            values.put(key, value);
          } else {
            unknown(key, value, at, allowed);
          }
        });
    return values;
  }

  private void unknown(String key, YamlNode value, KeyPath at, List<String> allowed) {
    String all = String.join(" | ", allowed);
    if (SETTING.matcher(key).matches() && !isNothing(value)) {
      String suggestion = Suggestion.of(key, allowed);
      findings.add(at.child(key), value.line(), "an unknown key", all + suggestion);
    } else {
      String hint = key.indexOf(':') < 0 ? "" : "; a space belongs after the colon";
      findings.add(at, value.line(), "an unknown key", all + hint);
    }
  }

  /// The values of names somebody chose: users, databases, clusters, tags.
  Map<String, YamlNode> free(YamlNode.Mapping mapping, KeyPath at) {
    Map<String, YamlNode> values = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    for (YamlNode.Entry entry : mapping.entries()) {
      String mistake = mistake(entry);
      if (!mistake.isEmpty()) {
        findings.add(at, entry.key().line(), mistake, "a name, a colon, a space and a value");
        continue;
      }
      String key = ((YamlNode.Text) entry.key()).value();
      Integer first = lines.putIfAbsent(key, entry.key().line());
      if (first == null) {
        values.put(key, entry.value());
        findings.note(at.child(key), entry.key().line());
      } else {
        findings.add(
            at.child(key), entry.key().line(), "the key again", "it once; see line " + first);
      }
    }
    return values;
  }

  private static String mistake(YamlNode.Entry entry) {
    if (!(entry.key() instanceof YamlNode.Text key)) {
      return entry.key().kind() + " in the place of a key";
    } else if (key.value().isEmpty()) {
      return "an empty key";
    } else if (key.value().indexOf('\0') >= 0) {
      return "a key with a NUL character";
    } else if (key.value().indexOf(':') >= 0 && isNothing(entry.value())) {
      return "a key that holds a colon and has no value";
    }
    return "";
  }

  private static boolean isNothing(YamlNode node) {
    return node instanceof YamlNode.Text text && text.isNothing();
  }
}
