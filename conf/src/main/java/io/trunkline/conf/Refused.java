package io.trunkline.conf;

/// A mistake in a file that leaves nothing to read on from.
final class Refused extends Exception {
  private final int line;
  private final String found;
  private final String allowed;

  Refused(int line, String found, String allowed) {
    super(found);
    this.line = line;
    this.found = found;
    this.allowed = allowed;
  }

  ConfigProblem in(String file) {
    return new ConfigProblem(file, line, "", found, allowed);
  }

  /// The same as a mistake about the name of the file, where another file gives it.
  String found() {
    return found;
  }

  String allowed() {
    return allowed;
  }
}
