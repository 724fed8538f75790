package io.trunkline.bench.demo;

import io.trunkline.protocol.NanoTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was done to the cluster, and what the clients noticed of each thing until the next one was
/// done. Thread-safe.
final class Chronicle {
  /// @param at since the demo began
  /// @param writers what the clients that write noticed
  /// @param readers what the others noticed
  record Event(Duration at, String what, Noticed writers, Noticed readers) {}

  private final DemoClients clients;
  private final NanoTime clock;
  private final long began;
  private final List<Event> past = new ArrayList<>();
  private @Nullable Event present;

  Chronicle(DemoClients clients, NanoTime clock) {
    this.clients = clients;
    this.clock = clock;
    this.began = clock.now();
  }

  /// What clients notice from now on is because of this.
  synchronized void begin(String what) {
    Event done = present;
    if (done != null) {
      past.add(noticed(done));
    }
    Duration at = Duration.ofNanos(clock.now() - began);
    present = new Event(at, what, Noticed.NOTHING, Noticed.NOTHING);
    clients.mark();
  }

  /// All so far; what the last one does to the clients may still go on.
  synchronized List<Event> events() {
    List<Event> all = new ArrayList<>(past);
    if (present != null) {
      all.add(noticed(present));
    }
    return all;
  }

  private Event noticed(Event event) {
    return new Event(
        event.at(),
        event.what(),
        clients.writes().noticedSinceMark(),
        clients.reads().noticedSinceMark());
  }
}
