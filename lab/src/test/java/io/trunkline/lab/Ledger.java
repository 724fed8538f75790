package io.trunkline.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What clients were told of what they wrote. Thread-safe.
final class Ledger {

  /// A row the client was told is there.
  ///
  /// @param id unique over all writers
  /// @param server the member that executed it, by its own word
  /// @param timeline that member's at that moment
  /// @param position of its write-ahead log after the row, before the commit
  /// @param begun before it was sent, by this machine's clock
  /// @param ended after the answer
  record Acknowledged(
      long id, String server, long timeline, long position, long begun, long ended) {}

  private final ConcurrentLinkedQueue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> refused = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> uncertain = new ConcurrentLinkedQueue<>();

  void acknowledge(Acknowledged write) {
    acknowledged.add(write);
  }

  /// The error says that nothing was written.
  void refuse(long id) {
    refused.add(id);
  }

  /// The error does not tell.
  void doubt(long id) {
    uncertain.add(id);
  }

  List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /// Who executed the write that ended last.
  Optional<String> lastServer() {
    return acknowledged.stream()
        .max(Comparator.comparingLong(Acknowledged::ended))
        .map(Acknowledged::server);
  }

  /// Writes that were sent after a moment.
  long begunSince(long nanos) {
    return acknowledged.stream().filter(write -> write.begun - nanos > 0).count();
  }

  /// On how many timelines was written.
  long timelines() {
    return acknowledged.stream().mapToLong(Acknowledged::timeline).distinct().count();
  }

  int uncertain() {
    return uncertain.size();
  }

  Set<Long> refused() {
    return new HashSet<>(refused);
  }

  /// Writes that a member executed although a client had been told of one on a higher timeline
  /// before they were sent.
  ///
  /// @param fenceLifted when an operator let a lower timeline have writes; what was answered after
  ///   that does not count, for it may have been held until then
  List<Acknowledged> onOldTimelines(OptionalLong fenceLifted) {
    List<Acknowledged> byEnd = new ArrayList<>(acknowledged);
    byEnd.sort(Comparator.comparingLong(Acknowledged::ended));
    List<Acknowledged> byBegin = new ArrayList<>(acknowledged);
    byBegin.sort(Comparator.comparingLong(Acknowledged::begun));
    List<Acknowledged> old = new ArrayList<>();
    long highest = 0;
    int told = 0;
    for (Acknowledged write : byBegin) {
      while (told < byEnd.size() && byEnd.get(told).ended < write.begun) {
        highest = Math.max(highest, byEnd.get(told++).timeline);
      }
      boolean allowed = fenceLifted.isPresent() && write.ended - fenceLifted.getAsLong() > 0;
      if (write.timeline < highest && !allowed) {
        old.add(write);
      }
    }
    return old;
  }
}
