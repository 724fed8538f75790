package io.trunkline.conf.hba;

import java.util.ArrayList;
import java.util.List;

/// What is wrong with the files, as far as anybody would mend it in one go.
final class Mistakes {
  private static final int KEPT_MAX = 100;
  private static final int SHOWN_MAX = 64;

  private final List<Mistake> problems = new ArrayList<>();

  void add(String file, int line, String found, String allowed) {
    add(new Mistake(file, line, found, allowed));
  }

  void add(Line line, String found, String allowed) {
    add(line.file(), line.number(), found, allowed);
  }

  void add(Mistake problem) {
    if (problems.size() < KEPT_MAX) {
      problems.add(problem);
    }
  }

  int count() {
    return problems.size();
  }

  List<Mistake> all() {
    return List.copyOf(problems);
  }

  /// A text of the file as a message may show it: short, on one line.
  static String quoted(String text) {
    String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
    return '"' + shown.replaceAll("\\p{C}", "?") + '"';
  }
}
