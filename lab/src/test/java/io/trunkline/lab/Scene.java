package io.trunkline.lab;

import java.util.List;
import java.util.Optional;

/// Who was what when a trial began, and the clients at work since.
///
/// @param leader the primary at the beginning
/// @param replicas the standbys at the beginning
/// @param master the proxy that had the shared address at the beginning
/// @param backup the other proxy
record Scene(
    Lab lab,
    Crowd crowd,
    DataNode leader,
    List<DataNode> replicas,
    ProxyNode master,
    ProxyNode backup) {

  static Scene of(Lab lab, Crowd crowd) {
    return new Scene(
        lab, crowd, lab.cluster().leader(), lab.cluster().replicas(), lab.master(), lab.backup());
  }

  DataNode replica() {
    return replicas.getFirst();
  }

  /// Whether the leader key is somebody else's, and that one is written to.
  Optional<String> anotherLeads() {
    return replicas.stream().anyMatch(node -> node.says("/primary"))
        ? anotherIsWrittenTo()
        : Optional.of("no other leads");
  }

  private Optional<String> anotherIsWrittenTo() {
    return crowd
            .ledger()
            .lastServer()
            .filter(server -> !server.equals(leader.address()))
            .isPresent()
        ? Optional.empty()
        : Optional.of("nothing was written to the new leader");
  }

  /// Whether the same member is written to on a higher timeline, or another one.
  Optional<String> writtenAgain() {
    return crowd.ledger().timelines() > 1
        ? Optional.empty()
        : Optional.of("nothing was written after the fault");
  }

  /// Whether the other proxy has the address.
  Optional<String> backupServes() {
    return backup.holdsTheAddress() ? Optional.empty() : Optional.of("the address has not moved");
  }

  Optional<String> nobodyLeads() {
    return lab.cluster().findLeader().map(node -> node.name() + " still leads");
  }
}
