package io.trunkline.conf;

import java.util.List;

/// What a YAML document consists of, with the line each part begins in (from 1).
///
/// A part that an alias repeats is the same object twice, so the document is as large in memory as
/// its text; `weight` is how large it would be written out.
public sealed interface YamlNode {

  int line();

  int weight();

  /// What this is, for messages that must not show what it says.
  String kind();

  /// A single value; all YAML texts, numbers and booleans look like this.
  record Text(String value, boolean plain, int line) implements YamlNode {

    /// Whether nothing was written: `key:`, or YAML's words for it.
    boolean isNothing() {
      return plain && (value.isEmpty() || value.equals("~") || value.equals("null"));
    }

    @Override
    public int weight() {
      return 1;
    }

    @Override
    public String kind() {
      return isNothing() ? "nothing" : "a plain value";
    }
  }

  /// A list.
  record Sequence(List<YamlNode> items, int line, int weight) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /// Keys with values, in the order of the file; a key may be there twice.
  record Mapping(List<Entry> entries, int line, int weight) implements YamlNode {
    @Override
    public String kind() {
      return "a mapping of keys";
    }
  }

  /// One key and its value.
  record Entry(YamlNode key, YamlNode value) {}
}
