package io.trunkline.conf.pgbouncer;

/// What somebody who comes from PgBouncer should know of a line of the file.
///
/// @param weight how much it matters
/// @param where the file and line
/// @param text the option, and what becomes of it
public record Note(Weight weight, String where, String text) {

  /// How much a note matters.
  public enum Weight {
    /// Trunkline does not do what the option asks for.
    LOST,
    /// The option has nothing to do here, and nothing is missing.
    NEEDLESS
  }

  static Note needless(Place place, String why) {
    return new Note(Weight.NEEDLESS, at(place), place.name() + " means nothing here: " + why);
  }

  static Note lost(Place place, String why) {
    return new Note(Weight.LOST, at(place), place.name() + " is not done: " + why);
  }

  private static String at(Place place) {
    return place.line() == 0 ? place.file() : place.file() + ":" + place.line();
  }

  @Override
  public String toString() {
    return where + ": " + text;
  }
}
