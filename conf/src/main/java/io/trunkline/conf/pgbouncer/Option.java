package io.trunkline.conf.pgbouncer;

import org.jspecify.annotations.Nullable;

/// What becomes of one option of PgBouncer.
sealed interface Option {

  /// As the file has it.
  String name();

  /// A setting of ours does the same.
  ///
  /// @param key dotted; below `listener` it is every listener's, below `cluster` every cluster's
  /// @param otherwise PgBouncer's default, as its file would have it, where ours is another; else
  ///   empty
  record Carried(String name, Kind kind, String key, String otherwise) implements Option {}

  /// The setting of ours that does what an option of the process does, if one alone does it.
  ///
  /// @return null for an option that no setting that is said once stands for
  static @Nullable Carried ofOneSetting(String name) {
    return Options.OF_PROCESS.get(name) instanceof Carried carried
            && !carried.key.startsWith("listener.")
            && !carried.key.startsWith("cluster.")
        ? carried
        : null;
  }

  /// Takes more than one setting to say.
  ///
  /// @param otherwise PgBouncer's default
  record Composed(String name, String otherwise) implements Option {}

  /// Has nothing to do here.
  record Needless(String name, String why) implements Option {}

  /// What it asks for is not done.
  ///
  /// @param unless the value that asks for nothing
  record Lost(String name, String unless, String why) implements Option {}
}
