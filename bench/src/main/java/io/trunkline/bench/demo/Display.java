package io.trunkline.bench.demo;

/// Where the viewer looks: a terminal that is drawn anew, or a stream of lines.
sealed interface Display extends AutoCloseable permits TerminalDisplay, LineDisplay {

  /// How often it wants to be shown something.
  long periodMillis();

  void show(Snapshot now);

  /// The next key the viewer has pressed, waiting for it this long; 0 when there was none.
  char key(long atMostMillis) throws InterruptedException;

  /// Gives the terminal back as it was.
  @Override
  void close();
}
