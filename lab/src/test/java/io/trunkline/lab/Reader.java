package io.trunkline.lab;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A client that only reads, and remembers which members answered it.
///
/// @param met every member that did
record Reader(Tally tally, Set<String> met) implements Client {
  private static final String QUESTION =
      "SELECT host(inet_server_addr()) FROM (SELECT count(*) FROM writes WHERE id < 0) AS few";

  static Reader of(Tally tally) {
    return new Reader(tally, ConcurrentHashMap.newKeySet());
  }

  @Override
  public int port() {
    return Lab.READ_PORT;
  }

  @Override
  public void work(Connection connection) throws SQLException {
    met.add(Postgres.ask(connection, QUESTION));
  }
}
