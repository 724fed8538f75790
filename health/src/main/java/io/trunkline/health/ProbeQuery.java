package io.trunkline.health;

import io.trunkline.routing.Lsn;
import io.trunkline.routing.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The one query of a look, for PostgreSQL 13 to 18, in two strengths.
///
/// The timeline is the delicate part. On a primary it is the first eight hex digits of the name of
/// the WAL file now written; `pg_control_checkpoint()` goes on showing the old timeline after a
/// promotion until the first checkpoint ends. On a standby it is the highest of three that all may
/// be behind: what the WAL receiver has received (needs `pg_read_all_stats`, part of `pg_monitor`;
/// null otherwise, and while nothing streams), the end of recovery noted in the control file, and
/// the last restart point. PostgreSQL docs, "System Administration Functions" and "The Statistics
/// Collector", `pg_stat_wal_receiver`.
///
/// The control file functions may be run by everybody, unless that was revoked: then [#MODEST] goes
/// without them.
enum ProbeQuery {
  /// Everything.
  FULL(
      """
      greatest(
        (SELECT received_tli FROM pg_stat_wal_receiver),
        (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
        (SELECT timeline_id FROM pg_control_checkpoint()))\
      """,
      "(SELECT system_identifier FROM pg_control_system())"),
  /// Without the control file: no system identifier, and a standby's timeline only while it
  /// streams.
  MODEST("(SELECT received_tli FROM pg_stat_wal_receiver)", "0");

  private final String sql;

  ProbeQuery(String standbyTimeline, String systemIdentifier) {
    sql =
        """
        SELECT s.standby,
          CASE WHEN s.standby THEN NULL ELSE pg_walfile_name(pg_current_wal_lsn()) END,
          CASE WHEN s.standby THEN %s END,
          CASE WHEN s.standby THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END
            - '0/0'::pg_lsn,
          CASE WHEN s.standby THEN pg_last_wal_receive_lsn() - '0/0'::pg_lsn END,
          CASE WHEN s.standby THEN
            extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000000 END,
          extract(epoch FROM pg_postmaster_start_time()) * 1000000,
          current_setting('default_transaction_read_only')::boolean,
          current_setting('server_version_num')::int,
          %s
        FROM (SELECT pg_is_in_recovery() AS standby OFFSET 0) AS s\
        """
            .formatted(standbyTimeline, systemIdentifier);
  }

  /// Asks over this connection.
  Observation.Alive ask(String member, Connection connection, LongSupplier nanoTime)
      throws SQLException {
    long sent = nanoTime.getAsLong();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      long received = nanoTime.getAsLong();
      row.next();
      boolean standby = row.getBoolean(1);
      Lsn lsn = new Lsn(row.getLong(4));
      Lsn receivedLsn = new Lsn(row.getLong(5));
      return new Observation.Alive(
          member,
          standby ? Role.STANDBY : Role.PRIMARY,
          standby ? row.getInt(3) : timelineOfWalFile(row.getString(2)),
          lsn,
          receivedLsn.compareTo(lsn) > 0 ? receivedLsn : lsn,
          age(row, 6),
          Instant.EPOCH.plus(micros(row, 7)),
          row.getBoolean(8),
          row.getInt(9),
          row.getLong(10),
          Math.max(1, received - sent),
          received);
    }
  }

  /// The first eight of the 24 hex digits; 0 when there is no name.
  private static int timelineOfWalFile(@Nullable String name) {
    return name == null || name.length() < 24 ? 0 : Integer.parseUnsignedInt(name, 0, 8, 16);
  }

  private static @Nullable Duration age(ResultSet row, int column) throws SQLException {
    Duration age = micros(row, column);
    return row.wasNull() ? null : age;
  }

  private static Duration micros(ResultSet row, int column) throws SQLException {
    return Duration.of((long) row.getDouble(column), ChronoUnit.MICROS);
  }
}
