package io.trunkline.bench.steady;

import java.time.Instant;

/// From one moment to another.
record Span(Instant from, Instant to) {

  boolean contains(Instant moment) {
    return !moment.isBefore(from) && !moment.isAfter(to);
  }
}
