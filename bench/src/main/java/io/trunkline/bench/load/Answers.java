package io.trunkline.bench.load;

import java.io.PrintStream;

/// Standard output of a process whose parent reads it.
final class Answers {
  private Answers() {}

  /// Keeps standard output for answers alone: whatever else is printed goes to standard error.
  static PrintStream take() {
    PrintStream answers = System.out;
    System.setOut(System.err);
    return answers;
  }
}
