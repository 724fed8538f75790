package io.trunkline.bench.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Things to do once, each at its time since the demo began.
final class Timetable {
  private record Entry(Duration at, Runnable deed) {}

  private final List<Entry> entries = new ArrayList<>();

  void at(Duration since, Runnable deed) {
    entries.add(new Entry(since, deed));
  }

  /// Does what is due, and never again.
  void run(Duration running) {
    List<Entry> due = entries.stream().filter(entry -> entry.at().compareTo(running) <= 0).toList();
    entries.removeAll(due);
    due.forEach(entry -> entry.deed().run());
  }
}
