package io.trunkline.bench.steady;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// What a [FlightRecorder] has seen in a span of time.
final class Flight {
  private final Span span;
  private final Allocations allocations = new Allocations();
  private final Pauses collections = new Pauses();
  private final Pauses safepoints = new Pauses();
  private final Map<Long, Instant> safepointsBegun = new HashMap<>();

  private Flight(Span span) {
    this.span = span;
  }

  static Flight read(Path recording, Span span) throws IOException {
    Flight flight = new Flight(span);
    for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
      flight.take(event);
    }
    return flight;
  }

  private void take(RecordedEvent event) {
    if (!span.contains(event.getStartTime())) {
      return;
    }
    switch (event.getEventType().getName()) {
      case FlightRecorder.THREAD_ALLOCATION -> allocations.count(event);
      case FlightRecorder.ALLOCATION_SAMPLE -> allocations.sample(event);
      case FlightRecorder.COLLECTION -> collections.add(event.getDuration("sumOfPauses"));
      case FlightRecorder.SAFEPOINT_BEGIN ->
          safepointsBegun.put(event.getLong("safepointId"), event.getStartTime());
      case FlightRecorder.SAFEPOINT_END -> {
        Instant begun = safepointsBegun.remove(event.getLong("safepointId"));
        if (begun != null) {
          safepoints.add(Duration.between(begun, event.getEndTime()));
        }
      }
      default -> {} // of no interest
    }
  }

  Allocations allocations() {
    return allocations;
  }

  /// Of the garbage collector.
  Pauses collections() {
    return collections;
  }

  /// Of everybody who has the JVM stand still, from the wish on: collections are among them.
  Pauses safepoints() {
    return safepoints;
  }
}
