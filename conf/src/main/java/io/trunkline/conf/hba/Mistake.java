package io.trunkline.conf.hba;

/// One mistake in a file, without any secret of it.
///
/// @param line from 1; 0 for the file as a whole
/// @param found completes "found …"
/// @param allowed completes "allowed …"
public record Mistake(String file, int line, String found, String allowed) {
  @Override
  public String toString() {
    String where = line == 0 ? file : file + ":" + line;
    return where + ": found " + found + ", allowed " + allowed;
  }
}
