package io.trunkline.conf.pgbouncer;

import io.trunkline.conf.ConfigProblem;
import io.trunkline.conf.YamlNode;
import java.util.ArrayList;
import java.util.List;

/// Turns a draft into the nodes the reader of `trunkline.yml` knows, and the mistakes it finds
/// there back into mistakes of the files the draft was made from.
final class Tree {

  /// What the line numbers of the nodes stand for, from 1.
  private final List<Place> places = new ArrayList<>();

  YamlNode of(Draft draft) {
    return switch (draft) {
      case Draft.Value value -> new YamlNode.Text(value.text(), false, line(value));
      case Draft.Items items -> {
        List<YamlNode> nodes = items.items().stream().map(this::of).toList();
        yield new YamlNode.Sequence(nodes, firstLine(nodes), 1);
      }
      case Draft.Section section -> section(section);
    };
  }

  private YamlNode section(Draft.Section section) {
    List<YamlNode.Entry> entries = new ArrayList<>();
    List<YamlNode> nodes = new ArrayList<>();
    section
        .keys()
        .forEach((key, part) -> {
          YamlNode node = of(part);
          nodes.add(node);
          entries.add(new YamlNode.Entry(new YamlNode.Text(key, false, node.line()), node));
        });
    return new YamlNode.Mapping(entries, firstLine(nodes), 1);
  }

  private int line(Draft.Value value) {
    if (value.from() == null) {
      return 0;
    }
    places.add(value.from());
    return places.size();
  }

  private static int firstLine(List<YamlNode> nodes) {
    return nodes.stream().mapToInt(YamlNode::line).filter(line -> line > 0).findFirst().orElse(0);
  }

  /// The same mistake, in the words of the file it was made in.
  ///
  /// @param file that the nodes were said to be from
  ConfigProblem translated(ConfigProblem problem, String file) {
    if (problem.line() == 0 || !problem.file().equals(file)) {
      return problem;
    }
    Place place = places.get(problem.line() - 1);
    String key = "%s (%s)".formatted(place.name(), problem.key());
    return new ConfigProblem(place.file(), place.line(), key, problem.found(), problem.allowed());
  }
}
