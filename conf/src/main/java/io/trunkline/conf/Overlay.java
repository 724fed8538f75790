package io.trunkline.conf;

import java.util.ArrayList;
import java.util.List;

/// Puts single values in the place of others in the nodes of a configuration.
final class Overlay {
  private Overlay() {}

  /// The same nodes with a value at a dotted key; sections that are missing are made.
  static YamlNode with(YamlNode root, String key, String value) {
    int dot = key.indexOf('.');
    String name = dot < 0 ? key : key.substring(0, dot);
    List<YamlNode.Entry> entries = new ArrayList<>();
    YamlNode before = new YamlNode.Mapping(List.of(), 0, 1);
    if (root instanceof YamlNode.Mapping(List<YamlNode.Entry> all, int _, int _)) {
      for (YamlNode.Entry entry : all) {
        if (entry.key() instanceof YamlNode.Text text && text.value().equals(name)) {
          before = entry.value();
        } else {
          entries.add(entry);
        }
      }
    }
    YamlNode after =
        dot < 0 ? new YamlNode.Text(value, true, 0) : with(before, key.substring(dot + 1), value);
    entries.add(new YamlNode.Entry(new YamlNode.Text(name, true, 0), after));
    return new YamlNode.Mapping(entries, root.line(), root.weight() + 1);
  }
}
