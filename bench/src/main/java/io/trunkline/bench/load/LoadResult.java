package io.trunkline.bench.load;

import java.util.Map;

/// What the clients have seen in the measured time.
///
/// @param units of work that were done; see [Work#unit()]
/// @param seconds that were measured
/// @param p50Nanos half of the turns took no longer than this
/// @param gapNanos the longest time in which no client got anything done
/// @param errors turns the proxy or the server has answered with an error, and, in an outage, tries
///   to connect that failed
public record LoadResult(
    long units,
    double seconds,
    long p50Nanos,
    long p99Nanos,
    long p999Nanos,
    long gapNanos,
    long errors) {

  String line() {
    return "units=%d seconds=%s p50=%d p99=%d p999=%d gap=%d errors=%d"
        .formatted(units, seconds, p50Nanos, p99Nanos, p999Nanos, gapNanos, errors);
  }

  static LoadResult parse(String line) {
    Map<String, String> words = LoadOrder.words(line);
    return new LoadResult(
        Long.parseLong(LoadOrder.word(words, "units")),
        Double.parseDouble(LoadOrder.word(words, "seconds")),
        Long.parseLong(LoadOrder.word(words, "p50")),
        Long.parseLong(LoadOrder.word(words, "p99")),
        Long.parseLong(LoadOrder.word(words, "p999")),
        Long.parseLong(LoadOrder.word(words, "gap")),
        Long.parseLong(LoadOrder.word(words, "errors")));
  }
}
