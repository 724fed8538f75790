package io.trunkline.bench.demo;

import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// What has happened, in lines with the time of day; the last few are kept. Thread-safe.
final class Story {
  private static final int LINES_MAX = 8;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final InstantSource clock;
  private final Deque<String> lines = new ArrayDeque<>();
  private Consumer<String> listener = _ -> {};

  Story(InstantSource clock) {
    this.clock = clock;
  }

  /// From now on, every line is told as it is written.
  synchronized void tell(Consumer<String> each) {
    listener = each;
  }

  synchronized void add(String what) {
    LocalTime time = LocalTime.ofInstant(clock.instant(), ZoneId.systemDefault());
    String line = TIME.format(time) + "  " + what;
    lines.addLast(line);
    if (lines.size() > LINES_MAX) {
      lines.removeFirst();
    }
    listener.accept(line);
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }
}
