package io.trunkline.conf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The mistakes found in one file so far, and the line of each of its keys.
final class Findings {

  /// Nobody mends more than this in one go; a hostile file gets no more memory.
  private static final int KEPT_MAX = 200;

  private record Finding(KeyPath path, ConfigProblem problem) {}

  private final String file;
  private final Map<KeyPath, Integer> lines = new HashMap<>();
  private final List<Finding> kept = new ArrayList<>();
  private final List<ConfigProblem> elsewhere = new ArrayList<>();
  private int leftOff;

  Findings(String file) {
    this.file = file;
  }

  /// Remembers where a key is written.
  void note(KeyPath path, int line) {
    lines.putIfAbsent(path, line);
  }

  void add(KeyPath path, int line, String found, String allowed) {
    if (kept.size() == KEPT_MAX) {
      leftOff++;
      return;
    }
    kept.add(new Finding(path, new ConfigProblem(file, line, path.toString(), found, allowed)));
  }

  /// Adds a mistake at the line of its key, or of the nearest key around it that the file has.
  void add(KeyPath path, String found, String allowed) {
    add(path, line(path), found, allowed);
  }

  /// Adds the mistakes of another file.
  void addElsewhere(List<ConfigProblem> problems) {
    elsewhere.addAll(problems);
  }

  private int line(KeyPath path) {
    for (KeyPath at = path; !at.text().isEmpty(); at = at.parent()) {
      Integer line = lines.get(at);
      if (line != null) {
        return line;
      }
    }
    return lines.getOrDefault(KeyPath.ROOT, 1);
  }

  /// Whether a mistake was found here or below: then a value stands in for what the file says, and
  /// nothing more can be concluded from it.
  boolean isBroken(KeyPath path) {
    return kept.stream().anyMatch(finding -> finding.path().isWithin(path));
  }

  boolean isEmpty() {
    return kept.isEmpty() && elsewhere.isEmpty();
  }

  /// All mistakes, by line.
  List<ConfigProblem> problems() {
    List<ConfigProblem> all = new ArrayList<>();
    kept.stream()
        .map(Finding::problem)
        .sorted(Comparator.comparingInt(ConfigProblem::line))
        .forEach(all::add);
    all.addAll(elsewhere);
    if (leftOff > 0) {
      all.add(new ConfigProblem(file, 0, "", leftOff + " more mistakes", "none"));
    }
    return all;
  }
}
