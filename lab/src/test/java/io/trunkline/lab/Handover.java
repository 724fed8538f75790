package io.trunkline.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/// How long Patroni needed between telling one primary to stop and another one holding the leader
/// key: the part of a switchover that no proxy can shorten.
final class Handover {
  private static final String STOPS = "received fast shutdown request";
  private static final String HAS_THE_KEY = "promoted self to leader by acquiring session lock";

  private Handover() {}

  /// Empty when no primary was stopped in order since, or nobody took the key after.
  static Optional<Duration> time(List<DataNode> nodes, Instant since) {
    Optional<Instant> key =
        nodes.stream()
            .flatMap(node -> NodeLog.times(node, HAS_THE_KEY))
            .filter(since::isBefore)
            .reduce(BinaryOperator.maxBy(Comparator.naturalOrder()));
    return key.flatMap(taken ->
        nodes.stream()
            .flatMap(node -> NodeLog.times(node, STOPS))
            .filter(stop -> since.isBefore(stop) && stop.isBefore(taken))
            .reduce(BinaryOperator.minBy(Comparator.naturalOrder()))
            .map(stop -> Duration.between(stop, taken)));
  }
}
