package io.trunkline.proxy;

import io.trunkline.conf.ConfigFile;
import io.trunkline.conf.ConfigResult;
import io.trunkline.conf.Surroundings;
import io.trunkline.conf.pgbouncer.Note;
import io.trunkline.conf.pgbouncer.PgBouncerFile;
import java.nio.file.Path;
import java.util.List;

/// Where the configuration comes from: a file of ours, or one of PgBouncer's, by its name. May be
/// read again and again; each time blocking.
record ConfigSource(Path file) {

  /// What reading gave, with what should be known of options that are done otherwise or not at all.
  record Reading(ConfigResult result, List<Note> notes) {}

  static ConfigSource of(Path file) {
    return new ConfigSource(file);
  }

  Reading read() {
    if (PgBouncerFile.isMeant(file)) {
      var reading = new PgBouncerFile(Surroundings.ofProcess()).read(file);
      return new Reading(reading.result(), reading.notes());
    }
    return new Reading(ConfigFile.read(file), List.of());
  }
}
