package io.trunkline.conf.pgbouncer;

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
