package io.trunkline.lab;

import io.trunkline.lab.Ledger.Acknowledged;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// What became of the rows of a trial.
///
/// @param lost the client was told that the row is there, the surviving timeline had it, and it is
///   not there
/// @param cutOff acknowledged rows that never left a server whose timeline was given up: with
///   asynchronous replication nobody can save them
/// @param twice executed more than once
/// @param undead there although the client was told that nothing had been executed
/// @param old accepted by a member that was the primary no more
record Verdict(
    List<Long> lost, List<Long> cutOff, List<Long> twice, List<Long> undead, List<Long> old) {

  /// A row's position is taken before its commit record is written, and other writers are at work:
  /// so close to the end of a timeline a row may be one that did not get across.
  private static final long COMMIT_BYTES = 4096;

  /// @param first the trial's lowest number
  /// @param fenceLifted when an operator let a lower timeline have writes
  static Verdict of(Ledger ledger, DataNode leader, long first, OptionalLong fenceLifted)
      throws SQLException {
    try (Connection connection = Postgres.superuser(leader.address(), "app")) {
      Map<Long, Integer> rows = rows(connection, first);
      long timeline = Long.parseLong(timeline(connection), 16);
      Map<Long, Long> ends = timelineEnds(connection);
      Map<Boolean, List<Long>> missing =
          ledger.acknowledged().stream()
              .filter(write -> !rows.containsKey(write.id()))
              .collect(
                  Collectors.partitioningBy(
                      write ->
                          isPresent(write, timeline, leader.address()) || survived(write, ends),
                      Collectors.mapping(Acknowledged::id, Collectors.toList())));
      return new Verdict(
          missing.get(true),
          missing.get(false),
          rows.entrySet().stream()
              .filter(row -> row.getValue() > 1)
              .map(Map.Entry::getKey)
              .toList(),
          ledger.refused().stream().filter(rows::containsKey).toList(),
          ledger.onOldTimelines(fenceLifted).stream().map(Acknowledged::id).toList());
    }
  }

  private static Map<Long, Integer> rows(Connection connection, long first) throws SQLException {
    Map<Long, Integer> rows = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT id, count(*) FROM writes WHERE id >= %d GROUP BY id".formatted(first))) {
      while (result.next()) {
        rows.put(result.getLong(1), result.getInt(2));
      }
    }
    return rows;
  }

  /// Where each timeline before the present one was left, by the history file that tells how the
  /// present one came to be.
  private static Map<Long, Long> timelineEnds(Connection connection) throws SQLException {
    String timeline = timeline(connection);
    Map<Long, Long> ends = new HashMap<>();
    if (Long.parseLong(timeline, 16) == 1) {
      return ends;
    }
    String history =
        Postgres.ask(connection, "SELECT pg_read_file('pg_wal/%s.history')".formatted(timeline));
    for (String line : history.lines().filter(text -> !text.isBlank()).toList()) {
      String[] parts = line.trim().split("\\s+", 3);
      ends.put(Long.parseLong(parts[0]), position(parts[1]));
    }
    return ends;
  }

  /// Of `16/B374D848`.
  static long position(String lsn) {
    int slash = lsn.indexOf('/');
    return (Long.parseLong(lsn.substring(0, slash), 16) << 32)
        | Long.parseLong(lsn.substring(slash + 1), 16);
  }

  /// In hexadecimal.
  private static String timeline(Connection connection) throws SQLException {
    return Postgres.ask(
        connection, "SELECT substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)");
  }

  /// Whether the row was written on the present timeline. Another server may have given the same
  /// number to one of its own, which was given up.
  private static boolean isPresent(Acknowledged write, long timeline, String leader) {
    return write.timeline() == timeline && write.server().equals(leader);
  }

  /// Whether the timeline the row was written on is one the present one comes from, and was left
  /// after the row.
  private static boolean survived(Acknowledged write, Map<Long, Long> ends) {
    Long end = ends.get(write.timeline());
    return end != null && write.position() < end - COMMIT_BYTES;
  }
}
