package io.trunkline.conf;

/// One mistake in a file: where it is, what was found and what is allowed. No part of it ever holds
/// a secret.
///
/// @param file the file's name as it was given
/// @param line from 1; 0 for the file as a whole
/// @param key where in the file, such as `listeners[0].port`; may be empty
/// @param found completes "found …"
/// @param allowed completes "allowed …"
public record ConfigProblem(String file, int line, String key, String found, String allowed) {

  @Override
  public String toString() {
    String where = line == 0 ? file : file + ":" + line;
    String what = key.isEmpty() ? "" : key + ": ";
    return where + ": " + what + "found " + found + ", allowed " + allowed;
  }
}
