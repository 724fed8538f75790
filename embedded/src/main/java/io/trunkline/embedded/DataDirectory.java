package io.trunkline.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of one server (`PGDATA`): made by initdb or copied from a primary, and configured.
///
/// Our settings live in a file of their own that `postgresql.conf` includes last, so that each
/// start may write it anew. See the PostgreSQL docs, "Managing Configuration File Contents".
final class DataDirectory {
  private static final String OUR_SETTINGS = "trunkline.conf";
  private static final Pattern SHARED_MEMORY_ID = Pattern.compile("(?m)^ *\\d+ +(\\d+)$");

  /// Small and quick rather than durable: a crash of the machine may cost the data, a crash of the
  /// server may not. All a primary needs for standbys and logical decoding is on.
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("fsync", "off"),
          Map.entry("shared_buffers", "16MB"),
          Map.entry("max_connections", "100"),
          Map.entry("wal_level", "logical"),
          Map.entry("wal_keep_size", "256MB"),
          Map.entry("max_wal_senders", "10"),
          Map.entry("max_replication_slots", "10"),
          Map.entry("wal_retrieve_retry_interval", "200ms"),
          Map.entry("wal_receiver_status_interval", "1s"),
          Map.entry("hot_standby", "on"),
          Map.entry("password_encryption", "scram-sha-256"),
          Map.entry("log_timezone", "UTC"),
          Map.entry("timezone", "UTC"));

  private static final List<String> TRUST_EVERYBODY =
      List.of("host all all all trust", "host replication all all trust");

  /// What a base backup leaves out. See the PostgreSQL docs, "Backing Up the Data Directory".
  private static final Pattern NOT_IN_BACKUP =
      Pattern.compile(
          "postmaster\\.(pid|opts)|standby\\.signal|backup_label.*|.*pgsql_tmp.*|"
              + "(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp"
              + "|pg_subtrans)/.+");

  private final Path directory;
  private final Path path;

  /// The files are in `data`, below the server's own directory.
  DataDirectory(Path directory) {
    this.directory = directory;
    this.path = directory.resolve("data");
  }

  Path path() {
    return path;
  }

  /// Creates the files of a new database cluster. See the PostgreSQL docs, "initdb".
  void init(Path home, Unprivileged unprivileged, ServerOptions options) throws IOException {
    Path passwordFile = directory.resolve("password");
    Files.writeString(passwordFile, options.password().reveal() + "\n");
    unprivileged.own(directory);
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/initdb").toString());
    command.addAll(List.of("--pgdata=" + path, "--username=postgres", "--pwfile=" + passwordFile));
    command.addAll(List.of("--encoding=UTF8", "--locale=C", "--no-sync", "--auth=scram-sha-256"));
    if (options.version() >= 18) {
      command.add("--no-data-checksums"); // the default before 18, and quicker
    }
    command.addAll(options.initdb());
    try {
      Shell.run(Shell.inOwnSession(unprivileged.command(command)));
    } finally {
      Files.deleteIfExists(passwordFile);
    }
    Path main = path.resolve("postgresql.conf");
    Files.writeString(main, Files.readString(main) + "\ninclude '" + OUR_SETTINGS + "'\n");
  }

  /// Writes settings, host-based authentication and extra files.
  void configure(ServerOptions options, Map<String, String> more) throws IOException {
    Map<String, String> settings = new TreeMap<>(DEFAULTS);
    settings.putAll(options.settings());
    settings.putAll(more);
    StringBuilder lines = new StringBuilder();
    settings.forEach((name, value) -> lines.append(name).append(" = ").append(quoted(value)));
    Files.writeString(path.resolve(OUR_SETTINGS), lines);
    List<String> hba = options.hba().isEmpty() ? TRUST_EVERYBODY : options.hba();
    Files.writeString(path.resolve("pg_hba.conf"), String.join("\n", hba) + "\n");
    for (Map.Entry<String, String> file : options.files().entrySet()) {
      Path target = path.resolve(file.getKey());
      Files.writeString(target, file.getValue());
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static String quoted(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'\n";
  }

  /// Copies the files of a running primary that has been told that a backup begins.
  void copyFrom(DataDirectory primary) throws IOException {
    FileTree.delete(path);
    FileTree.copy(
        primary.path, path, relative -> !NOT_IN_BACKUP.matcher(relative.toString()).matches());
  }

  /// Copies a base backup, which is complete.
  void copyFrom(Path backup) throws IOException {
    FileTree.copy(backup, path, everything -> true);
  }

  /// Says where recovery of a copy begins.
  void backupLabel(String label) throws IOException {
    Files.writeString(path.resolve("backup_label"), label);
  }

  /// A server that finds this file starts as a standby.
  void standbySignal() throws IOException {
    Files.writeString(path.resolve("standby.signal"), "");
  }

  /// What a server that was killed could not give back: the System V segment that marks the
  /// directory as in use. Its identifier is in the seventh line of `postmaster.pid`.
  void removeSharedMemory() throws IOException {
    Path file = path.resolve("postmaster.pid");
    if (Files.notExists(file)) {
      return;
    }
    Matcher id = SHARED_MEMORY_ID.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (id.find()) {
      Shell.succeeds(List.of("ipcrm", "-m", id.group(1)));
    }
  }
}
