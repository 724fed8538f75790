package io.trunkline.conf.pgbouncer;

import io.trunkline.conf.ConfigProblem;

/// Where in the files something is said.
///
/// @param file as it was given
/// @param line from 1; 0 for the file as a whole
/// @param name what the line sets, such as `[pgbouncer] pool_mode`; may be empty
record Place(String file, int line, String name) {

  static Place of(String file) {
    return new Place(file, 0, "");
  }

  /// A part of what the line sets.
  Place part(String key) {
    return new Place(file, line, name + " " + key);
  }

  ConfigProblem problem(String found, String allowed) {
    return new ConfigProblem(file, line, name, found, allowed);
  }
}
