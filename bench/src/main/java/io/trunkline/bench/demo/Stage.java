package io.trunkline.bench.demo;

import io.trunkline.protocol.NanoTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The demo while it runs: looks at proxy and clients, shows what it sees, does what keys and the
/// timetable say. Single-threaded, and all state is its own.
final class Stage {
  private static final long KEY_WAIT_MILLIS = 50;
  private static final Duration HEALTHY_SILENCE = Duration.ofSeconds(5);

  /// What happens on it.
  record Cast(
      DemoProxy proxy,
      DemoClients clients,
      Supervisor supervisor,
      Chronicle chronicle,
      Story story,
      Timetable timetable) {}

  private final Cast cast;
  private final Ending ending;
  private final NanoTime clock;
  private final long began;
  private ClientReport writesBefore;
  private ClientReport readsBefore;
  private long lookedAt;

  Stage(Cast cast, Ending ending, NanoTime clock) {
    this.cast = cast;
    this.ending = ending;
    this.clock = clock;
    this.began = clock.now();
    this.lookedAt = began;
    this.writesBefore = cast.clients().writes();
    this.readsBefore = cast.clients().reads();
  }

  /// Runs until the viewer quits, the timetable ends it or the JVM is told to stop.
  void play(Display display) throws InterruptedException {
    while (!ending.isWanted()) {
      cast.timetable().run(since(began));
      press(display.key(KEY_WAIT_MILLIS));
      if (since(lookedAt).toMillis() >= display.periodMillis()) {
        display.show(look());
      }
    }
  }

  private void press(char key) {
    switch (key) {
      case 'k' -> cast.supervisor().killPrimary();
      case 's' -> cast.supervisor().switchOver();
      case 'r' -> cast.supervisor().rejoin();
      case 'q' -> ending.want();
      default -> {}
    }
  }

  /// The present moment; rates are since the look before.
  Snapshot look() {
    Duration elapsed = since(lookedAt);
    lookedAt = clock.now();
    ClientReport writes = cast.clients().writes();
    ClientReport reads = cast.clients().reads();
    Snapshot now =
        new Snapshot(
            since(began),
            cast.proxy().ports(),
            cast.proxy().members(),
            Snapshot.Clients.of(writes, writesBefore, elapsed),
            Snapshot.Clients.of(reads, readsBefore, elapsed),
            cast.chronicle().events(),
            cast.story().lines());
    writesBefore = writes;
    readsBefore = reads;
    return now;
  }

  /// What has not gone as it should; empty when all is well.
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    cast.supervisor().undone().forEach(what -> problems.add("this was not done: " + what));
    if (!isAnswered(cast.clients().writes())) {
      problems.add("clients that write get no answers");
    }
    if (!isAnswered(cast.clients().reads())) {
      problems.add("clients that read get no answers");
    }
    return problems;
  }

  /// A demo that ends as soon as it has begun has not had the time for an answer.
  private static boolean isAnswered(ClientReport report) {
    return report.silence().compareTo(HEALTHY_SILENCE) < 0;
  }

  private Duration since(long then) {
    return Duration.ofNanos(clock.now() - then);
  }
}
