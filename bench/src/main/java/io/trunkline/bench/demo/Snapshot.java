package io.trunkline.bench.demo;

import io.trunkline.settings.HostPort;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Everything the viewer sees, at one moment.
record Snapshot(
    Duration running,
    DemoPorts ports,
    List<ProxyView.MemberLine> members,
    Clients writes,
    Clients reads,
    List<Chronicle.Event> events,
    List<String> story) {

  /// How many queries each member has answered.
  ///
  /// @param address of the PostgreSQL server
  record Share(String member, HostPort address, long writes, long reads) {}

  List<Share> shares() {
    return members.stream()
        .map(member -> {
          int server = member.address().port();
          return new Share(
              member.name(), member.address(), writes.answersOf(server), reads.answersOf(server));
        })
        .toList();
  }

  /// The clients of one port.
  ///
  /// @param rates answers a second, by the port of the PostgreSQL server that gave them
  record Clients(ClientReport report, Map<Integer, Long> rates) {

    /// Compares with what was so `elapsed` ago.
    static Clients of(ClientReport now, ClientReport before, Duration elapsed) {
      Map<Integer, Long> bySecond = new HashMap<>();
      double seconds = Math.max(elapsed.toNanos(), 1) / 1e9;
      now.answersByServer()
          .forEach((server, answers) -> {
            long fresh = answers - before.answersByServer().getOrDefault(server, 0L);
            bySecond.put(server, Math.round(fresh / seconds));
          });
      return new Clients(now, Map.copyOf(bySecond));
    }

    long answersOf(int server) {
      return report.answersByServer().getOrDefault(server, 0L);
    }

    long bySecond(int server) {
      return rates.getOrDefault(server, 0L);
    }

    long bySecond() {
      return rates.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
