package io.trunkline.proxy.console;

import io.trunkline.proxy.session.Occupancy;
import io.trunkline.routing.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How things stand before a switchover, in numbers and in words.
///
/// A transaction that has lasted longer than clients may be kept waiting is not expected to end in
/// that time: then nobody is made to wait at all. Clients that keep their server are told of and
/// are no reason against it, for there may always be some.
///
/// @param leader who is to be left
/// @param candidate who is to lead
/// @param occupancy what clients do at the leader
/// @param patience how long clients may wait in all
record Readiness(Member leader, Member candidate, Occupancy occupancy, Duration patience) {

  /// Why it would be of no use to begin; empty when nothing speaks against it.
  static String objection(Occupancy occupancy, Duration patience) {
    if (occupancy.longest().compareTo(patience) < 0) {
      return "";
    }
    return "client %d has been in a transaction for %d ms, and a switchover may take %d ms"
            .formatted(
                occupancy.longestClient(), occupancy.longest().toMillis(), patience.toMillis())
        + ": end it by KILL_CLIENT "
        + occupancy.longestClient();
  }

  /// Refuses what would be of no use.
  ///
  /// @throws ConsoleError with the reason
  void require() {
    String objection = objection(occupancy, patience);
    if (!objection.isEmpty()) {
      throw ConsoleError.notNow(objection);
    }
  }

  /// For the operator.
  String text() {
    List<String> found = new ArrayList<>();
    found.add(
        "%s is %d bytes behind %s"
            .formatted(candidate.name(), candidate.lagBytes(), leader.name()));
    found.add(
        occupancy.working() == 0
            ? "no transaction runs there"
            : "%d transactions run there, the longest for %d ms"
                .formatted(occupancy.working(), occupancy.longest().toMillis()));
    loss(found, occupancy.pinned(), "pinned clients");
    loss(found, occupancy.sessions(), "sessions");
    loss(found, occupancy.streams(), "replication connections");
    return String.join("; ", found);
  }

  private static void loss(List<String> found, int count, String what) {
    if (count > 0) {
      found.add("%d %s will end with their server".formatted(count, what));
    }
  }
}
