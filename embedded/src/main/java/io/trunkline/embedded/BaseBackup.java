package io.trunkline.embedded;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// Copies the files of a running primary, by the low-level API, since the published binaries lack
/// pg_basebackup. The copy gets the WAL it needs by streaming. See the PostgreSQL docs, "Making a
/// Base Backup Using the Low Level API"; the functions were renamed in version 15.
final class BaseBackup {
  private static final int RENAMED_IN = 15;

  private BaseBackup() {}

  static void take(EmbeddedServer primary, DataDirectory from, DataDirectory to)
      throws IOException, SQLException {
    boolean renamed = primary.version() >= RENAMED_IN;
    String start =
        renamed ? "pg_backup_start('copy', true)" : "pg_start_backup('copy', true, false)";
    String stop = renamed ? "pg_backup_stop(false)" : "pg_stop_backup(false, false)";
    try (Connection connection = primary.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT " + start);
      to.copyFrom(from);
      try (ResultSet label = statement.executeQuery("SELECT labelfile FROM " + stop)) {
        label.next();
        to.backupLabel(label.getString(1));
      }
    }
  }
}
