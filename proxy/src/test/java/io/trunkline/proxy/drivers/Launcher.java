package io.trunkline.proxy.drivers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How a trial that is no Java program is started.
interface Launcher {

  /// Where the trials' sources are, seen from the module's directory, where Maven runs tests.
  Path SOURCES = Path.of("src", "test", "drivers");

  /// What has to be installed first; empty when nothing is missing.
  Optional<String> missing();

  /// The command, without the arguments of the trial; builds the program if it needs to be built.
  List<String> command() throws IOException, InterruptedException;
}
