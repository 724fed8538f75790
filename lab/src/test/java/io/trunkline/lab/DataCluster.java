package io.trunkline.lab;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// The three data nodes and what Patroni and PostgreSQL say of them.
final class DataCluster {
  private final List<DataNode> nodes;

  DataCluster(List<DataNode> nodes) {
    this.nodes = new CopyOnWriteArrayList<>(nodes);
  }

  List<DataNode> nodes() {
    return List.copyOf(nodes);
  }

  void add(DataNode node) {
    nodes.add(node);
  }

  void remove(DataNode node) {
    nodes.remove(node);
  }

  /// The one that holds the leader key.
  Optional<DataNode> findLeader() {
    return nodes.stream().filter(node -> node.says("/primary")).findFirst();
  }

  /// @throws IllegalStateException when there is none
  DataNode leader() {
    return findLeader().orElseThrow(() -> new IllegalStateException("no leader"));
  }

  List<DataNode> replicas() {
    DataNode leader = leader();
    return nodes.stream().filter(node -> !node.equals(leader)).toList();
  }

  /// Why this is not yet a leader that accepts writes and standbys that have all it wrote; empty
  /// when it is.
  Optional<String> unwell() {
    Optional<DataNode> leader = findLeader();
    if (leader.isEmpty()) {
      return Optional.of("no leader");
    }
    long standbys = nodes.stream().filter(node -> node.says("/replica")).count();
    if (standbys != nodes.size() - 1) {
      return Optional.of(standbys + " replicas are running");
    }
    try {
      String streaming =
          leader
              .get()
              .ask(
                  "postgres",
                  "SELECT CASE WHEN pg_is_in_recovery() THEN 'the leader is in recovery' ELSE"
                      + " (SELECT count(*) || ' standbys stream' FROM pg_stat_replication"
                      + " WHERE state = 'streaming'"
                      + " AND replay_lsn >= pg_current_wal_lsn() - 65536::numeric)"
                      + " END");
      return streaming.equals(nodes.size() - 1 + " standbys stream")
          ? Optional.empty()
          : Optional.of(streaming);
    } catch (SQLException e) {
      return Optional.of("the leader does not answer: " + e.getMessage());
    }
  }

  /// Tells Patroni whether a commit has to wait for a standby.
  void setSynchronous(boolean on) {
    nodes
        .getFirst()
        .patronictl("edit-config", "--force", "-q", "-s", "synchronous_mode=" + on, DataNode.SCOPE);
  }

  /// Whether there is a standby that commits wait for, by Patroni's keys.
  boolean isSynchronous() {
    return nodes.stream().anyMatch(node -> node.says("/synchronous"));
  }

  /// Has every standby that does not stream from the leader copy it anew.
  ///
  /// @return their names
  List<String> rebuildStandbys() {
    Optional<DataNode> leader = findLeader();
    if (leader.isEmpty()) {
      return List.of();
    }
    List<String> rebuilt = new ArrayList<>();
    for (DataNode node : nodes) {
      if (!node.equals(leader.get()) && !streams(node, leader.get())) {
        leader.get().patronictl("reinit", DataNode.SCOPE, node.name(), "--force");
        rebuilt.add(node.name());
      }
    }
    return rebuilt;
  }

  private static boolean streams(DataNode standby, DataNode leader) {
    try {
      return leader
          .ask(
              "postgres",
              "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
                  + " AND application_name = '%s'".formatted(standby.name()))
          .equals("1");
    } catch (SQLException e) {
      return true; // who knows
    }
  }
}
