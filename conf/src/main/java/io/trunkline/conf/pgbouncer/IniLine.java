package io.trunkline.conf.pgbouncer;

/// One line of an ini file that says something.
sealed interface IniLine {

  Place place();

  /// The beginning of a section.
  record Header(String section, Place place) implements IniLine {}

  /// A key and its value, as it is written but for blanks around it.
  record Entry(String section, String key, String value, Place place) implements IniLine {}
}
