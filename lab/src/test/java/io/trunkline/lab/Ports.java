package io.trunkline.lab;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What clients meet behind the two ports.
///
/// @param address where they connect
record Ports(String address) {
  private static final String WHO = "SELECT host(inet_server_addr()) || ' ' || pg_is_in_recovery()";
  private static final int QUESTIONS = 12;

  /// What is not as Patroni says; empty when 5000 is the leader, and 5001 all standbys.
  Optional<String> wrong(DataCluster cluster) {
    Optional<DataNode> leader = cluster.findLeader();
    if (leader.isEmpty()) {
      return Optional.of("no leader");
    }
    try {
      Set<String> writable = Set.of(leader.get().address() + " false");
      Set<String> standbys =
          cluster.nodes().stream()
              .filter(node -> !node.equals(leader.get()))
              .map(node -> node.address() + " true")
              .collect(Collectors.toSet());
      return differs(Lab.WRITE_PORT, writable).or(() -> differs(Lab.READ_PORT, standbys));
    } catch (IllegalStateException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private Optional<String> differs(int port, Set<String> expected) {
    Set<String> met = new HashSet<>();
    // Clients that work at the same time, for one alone may find the same server every time.
    Connection[] crowd = new Connection[4];
    try {
      for (int i = 0; i < QUESTIONS && !met.equals(expected); i++) {
        int one = i % crowd.length;
        if (crowd[one] == null) {
          crowd[one] = Postgres.app(address, port);
          crowd[one].setAutoCommit(false);
        } else {
          crowd[one].rollback();
        }
        met.add(Postgres.ask(crowd[one], WHO));
      }
    } catch (SQLException e) {
      return Optional.of("port %d: %s".formatted(port, e.getMessage()));
    } finally {
      close(crowd);
    }
    return met.equals(expected)
        ? Optional.empty()
        : Optional.of("port %d leads to %s and not %s".formatted(port, met, expected));
  }

  private static void close(Connection[] crowd) {
    for (Connection connection : crowd) {
      try {
        if (connection != null) {
          connection.close();
        }
      } catch (SQLException alreadyGone) {
        // nothing is to be kept
      }
    }
  }
}
