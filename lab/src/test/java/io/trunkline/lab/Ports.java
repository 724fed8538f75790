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
  private static final String WHO = "SELECT host(inet_server_addr())";

  /// Clients that work at the same time, for one alone may find the same server every time.
  private static final int CROWD = 6;

  private static final int ROUNDS = 3;

  /// What is not as Patroni says; empty when 5000 is the leader, and 5001 all standbys.
  Optional<String> wrong(DataCluster cluster) {
    Optional<DataNode> leader = cluster.findLeader();
    if (leader.isEmpty()) {
      return Optional.of("no leader");
    }
    Set<String> standbys =
        cluster.nodes().stream()
            .filter(node -> !node.equals(leader.get()))
            .map(Node::address)
            .collect(Collectors.toSet());
    return differs(Lab.WRITE_PORT, Set.of(leader.get().address()))
        .or(() -> differs(Lab.READ_PORT, standbys));
  }

  /// What is wrong when not exactly these members answer behind a port.
  Optional<String> differs(int port, Set<String> expected) {
    Set<String> met = new HashSet<>();
    Connection[] crowd = new Connection[CROWD];
    try {
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CROWD; i++) {
          if (crowd[i] == null) {
            crowd[i] = Postgres.app(address, port);
            crowd[i].setAutoCommit(false); // so that it keeps its server while others ask
          } else {
            crowd[i].rollback();
          }
          met.add(Postgres.ask(crowd[i], WHO));
        }
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
