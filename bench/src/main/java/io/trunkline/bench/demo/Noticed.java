package io.trunkline.bench.demo;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What clients feel of a cluster's troubles, in a stretch of time.
///
/// @param longestPause the longest one client has had between two answers
/// @param errors how many of each SQLSTATE
record Noticed(Duration longestPause, SortedMap<String, Long> errors) {
  static final Noticed NOTHING = new Noticed(Duration.ZERO, new TreeMap<>());

  Noticed {
    errors = new TreeMap<>(errors);
  }

  long errorCount() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Such as `3 errors (2 of 08006, 1 of 57P01)`.
  String errorsText() {
    long count = errorCount();
    if (count == 0) {
      return "no errors";
    }
    String byState =
        errors.entrySet().stream().map(Noticed::text).collect(Collectors.joining(", "));
    return "%d %s (%s)".formatted(count, count == 1 ? "error" : "errors", byState);
  }

  private static String text(Map.Entry<String, Long> entry) {
    return entry.getValue() + " of " + entry.getKey();
  }
}
